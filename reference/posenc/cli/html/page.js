"use strict";
// Filters, and everything unfolded on paper. Without this script the page is whole and merely has no filters.
(() => {
  const form = document.getElementById("filters");
  const items = [...document.querySelectorAll(".item")].map((item) => ({
    item, words: item.textContent.toLowerCase(), data: item.dataset,
  }));
  const sections = [...document.querySelectorAll(".ledger, .document")];

  function filter() {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { verdict, family, document: number } = form.elements;
    const active = words.length || verdict.value || family.value || number.value;
    let shown = 0;
    for (const { item, words: said, data } of items) {
      const fits = (!verdict.value || data.verdict === verdict.value)
        && (!family.value || data.family.split(" ").includes(family.value))
        && (!number.value || data.document.split(" ").includes(number.value))
        && words.every((word) => said.includes(word));
      item.hidden = !fits;
      shown += fits;
    }
    for (const section of sections) {
      section.hidden = Boolean(active) && !section.querySelector(".item:not([hidden])");
    }
    form.elements.shown.value = active ? `${shown} of ${items.length} shown` : `${items.length} claims and statements`;
  }

  function find() { // what a link leads to is shown, whatever was filtered
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) { form.reset(); filter(); target.scrollIntoView(); }
  }

  function unfold(open, which) {
    for (const one of document.querySelectorAll(which)) one.open = open;
  }

  const button = document.getElementById("unfold");
  button.addEventListener("click", () => {
    const open = button.textContent.startsWith("open");
    unfold(open, ".steps");
    button.textContent = open ? "close all proofs" : "open all proofs";
  });
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", find);
  window.addEventListener("beforeprint", () => unfold(true, "details"));
  form.hidden = false;
  filter();
  find();
})();
