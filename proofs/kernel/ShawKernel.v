(** Relative position vectors. The claims are those of spec/shaw/claims.toml: shaw_NAME is claim NAME.

    The table of keys has a row for each number from 0 to left + right; distances are whole numbers of either sign. *)

Require Import Reals Lra Lia Bool Arith ZArith.
From Posenc Require Import Pairs AttentionKernel.
Open Scope R_scope.

(** Key minus query; query row a of n_q stands at a + n_k - n_q. *)
Definition relative (a j n_q n_k : Z) : Z := j - (a + n_k - n_q).
Definition clip (r left right : Z) : Z := - Z.min left (- Z.min r right).
Definition table_row (r left right : Z) : Z := clip r left right + left.

Theorem shaw_relative i j t n left right :
  relative i j n n = (j - i)%Z /\
  table_row (relative (i + t) (j + t) n n) left right = table_row (relative i j n n) left right.
Proof. unfold table_row, relative; split; [| do 2 f_equal]; lia. Qed.

Theorem shaw_cache a j n_q n_k left right : (0 <= a < n_q)%Z -> (n_q <= n_k)%Z ->
  table_row (relative a j n_q n_k) left right = table_row (relative (n_k - n_q + a) j n_k n_k) left right.
Proof. intros; unfold relative; f_equal; lia. Qed.

Theorem shaw_clips r left right : (0 <= left)%Z -> (0 <= right)%Z ->
  ((right <= r)%Z -> table_row r left right = (left + right)%Z) /\ ((r <= - left)%Z -> table_row r left right = 0%Z).
Proof. unfold table_row, clip; lia. Qed.

Theorem shaw_rows left right : (0 <= left)%Z -> (0 <= right)%Z ->
  (forall r, (- left <= r <= right)%Z -> table_row r left right = (r + left)%Z) /\
  (forall row, (0 <= row <= left + right)%Z -> exists r, (- left <= r <= right)%Z /\ table_row r left right = row) /\
  (forall r, (0 <= table_row r left right <= left + right)%Z) /\
  (forall n i j, (0 <= i < n)%Z -> (0 <= j < n)%Z -> (n - 1 <= left)%Z -> (n - 1 <= right)%Z ->
    table_row (relative i j n n) left right = (j - i + left)%Z).
Proof.
  unfold table_row, clip, relative; intros; repeat split; intros; try lia.
  exists (row - left)%Z; lia.
Qed.

(** Refuted: left = right = max_len - 1, and max_len shares the row of max_len - 1. *)
Theorem shaw_max_len max_len : (1 <= max_len)%Z ->
  ~ (forall r s, (- max_len <= r <= max_len)%Z -> (- max_len <= s <= max_len)%Z ->
      table_row r (max_len - 1) (max_len - 1) = table_row s (max_len - 1) (max_len - 1) -> r = s).
Proof.
  intros some apart; specialize (apart max_len (max_len - 1)%Z); unfold table_row, clip in apart; lia.
Qed.

(** Shaw's logit of query i and key j, with a_r for the row r of the table. *)
Definition shaw_logit (d : nat) (q k : nat -> R) (a : nat -> R) : R := dot d q (fun c => k c + a c) / sqrt (INR d).

Lemma logit_terms d q k a : shaw_logit d q k a = (dot d q k + dot d q a) / sqrt (INR d).
Proof. unfold shaw_logit, dot; rewrite <- sum_plus; f_equal; apply sum_ext; intros; lra. Qed.

Theorem shaw_additive d q k a : shaw_logit d q k a = (dot d q k + dot d q a) / sqrt (INR d).
Proof. apply logit_terms. Qed.

Theorem shaw_constant_keys n d q k (a : Z -> nat -> R) (i left right : Z) mask j :
  let r l := table_row (Z.of_nat l - i) left right in
  ((forall s t c, a s c = a t c) \/ (left = 0%Z /\ right = 0%Z)) ->
  weight n (fun l => shaw_logit d q (k l) (a (r l))) mask j = weight n (fun l => dot d q (k l) / sqrt (INR d)) mask j.
Proof.
  intros r equal; pose (plain l := dot d q (k l) / sqrt (INR d)); pose (more := dot d q (a 0%Z) / sqrt (INR d)).
  change (fun l => dot d q (k l) / sqrt (INR d)) with plain; rewrite <- (attention_row_shift n plain mask more).
  assert (same : forall l, shaw_logit d q (k l) (a (r l)) = plain l + more).
  { intros l; unfold plain, more; rewrite logit_terms; replace (dot d q (a (r l))) with (dot d q (a 0%Z)); [lra |].
    destruct equal as [equal | [-> ->]]; [apply sum_ext; intros c _; rewrite (equal 0%Z (r l)); reflexivity |].
    unfold r, table_row, clip; do 2 f_equal; lia. }
  unfold weight, exps; rewrite same; f_equal; apply sum_ext; intros l _; rewrite same; reflexivity.
Qed.

Theorem shaw_constant_values n s mask (v : nat -> nat -> R) (b : nat -> R) e :
  (exists j, (j < n)%nat /\ mask j = true) ->
  sum n (fun j => weight n s mask j * (v j e + b e)) = sum n (fun j => weight n s mask j * v j e) + b e.
Proof.
  intros some; rewrite (sum_ext n _ (fun j => weight n s mask j * v j e + b e * weight n s mask j)) by (intros; lra).
  rewrite sum_plus, sum_scal, weights_sum by assumption; lra.
Qed.

(** * The listings of document 002. Arrays are functions of their axes, einsum sums over the letters that vanish. *)

Definition transpose_0_2 (x : nat -> nat -> nat -> R) (c b a : nat) : R := x a b c.
Definition transpose_1_2 (x : nat -> nat -> nat -> R) (a c b : nat) : R := x a b c.

(** relative_embeddings(clamp(key - query, -max_len + 1, max_len - 1) + max_len - 1): (seq_len, seq_len, d_k) *)
Definition embeddings (max_len : Z) (table : Z -> nat -> R) (q k d : nat) : R :=
  table (Z.max (- max_len + 1) (Z.min (Z.of_nat k - Z.of_nat q) (max_len - 1)) + max_len - 1)%Z d.

(** 'bhqd,dqk->bhqk' and 'bhqk,bhvd->bhqd' *)
Definition bhqd_dqk_bhqk (d : nat) (x : nat -> nat -> nat -> nat -> R) (y : nat -> nat -> nat -> R) b h q k : R :=
  sum d (fun c => x b h q c * y c q k).
Definition bhqk_bhvd_bhqd (n m : nat) (x y : nat -> nat -> nat -> nat -> R) (b h q d : nat) : R :=
  sum n (fun k => sum m (fun v => x b h q k * y b h v d)).

Theorem shaw_listing_scores d max_len table Q K b h q k : (1 <= d)%nat -> (1 <= max_len)%Z ->
  let rel_scores := bhqd_dqk_bhqk d Q (transpose_1_2 (transpose_0_2 (embeddings max_len table))) b h q k in
  let a := table (table_row (Z.of_nat k - Z.of_nat q) (max_len - 1) (max_len - 1)) in
  rel_scores = dot d (Q b h q) a /\
  rel_scores = sqrt (INR d) * (shaw_logit d (Q b h q) (K b h k) a - dot d (Q b h q) (K b h k) / sqrt (INR d)).
Proof.
  intros some reach rel_scores a; assert (scores : rel_scores = dot d (Q b h q) a).
  { apply sum_ext; intros c _; unfold transpose_1_2, transpose_0_2, embeddings, a, table_row, clip; do 2 f_equal; lia. }
  split; [exact scores | rewrite logit_terms, scores].
  assert (0 < sqrt (INR d)) by (apply sqrt_lt_R0, lt_0_INR; lia); field; lra.
Qed.

Lemma summed_apart n m (w v : nat -> R) :
  sum n (fun k => sum m (fun u => w k * v u)) = sum n w * sum m v.
Proof.
  rewrite (sum_ext n _ (fun k => sum m v * w k)) by (intros; rewrite sum_scal; lra); rewrite sum_scal; lra.
Qed.

(** softmax(scores, dim=-1) over n keys. The second listing: axes batch, head, position, and n positions. The first:
    axes batch, position, head, where keys and values are the h heads of one position. *)
Theorem shaw_listing_sum n scores V : (1 <= n)%nat ->
  let weights b h q k := weight n (scores b h q) (everything 0) k in
  forall b h q d, bhqk_bhvd_bhqd n n weights V b h q d = sum n (fun v => V b h v d).
Proof.
  intros some weights b h q d; unfold bhqk_bhvd_bhqd.
  rewrite (summed_apart n n (weights b h q) (fun v => V b h v d)).
  unfold weights; rewrite weights_sum by (exists 0%nat; auto); lra.
Qed.

(** Refuted: not the product of weights and values, whose 'bhqk,bhkd->bhqd' sums over one k. *)
Theorem shaw_multiplied_with_values n : (2 <= n)%nat ->
  ~ (forall A V b h q d, (q < n)%nat -> bhqk_bhvd_bhqd n n A V b h q d = sum n (fun k => A b h q k * V b h k d)).
Proof.
  intros two same; specialize (same (fun _ _ => identity) (fun _ _ _ _ => 1) 0%nat 0%nat 0%nat 0%nat); revert same.
  unfold bhqk_bhvd_bhqd; rewrite summed_apart, sum_const, (sum_one n _ 0%nat), (sum_one n _ 0%nat); try lia.
  - unfold identity; cbn; intros same; assert (2 <= INR n) by (change 2 with (INR 2); apply le_INR; assumption).
    specialize (same ltac:(lia)); lra.
  - intros k _ other; unfold identity; destruct (Nat.eqb_spec 0 k); [lia | lra].
  - intros k _ other; unfold identity; destruct (Nat.eqb_spec 0 k); [lia | lra].
Qed.

(** Refuted, whatever queries, keys and table: values that are 1 everywhere come out of attention as 1, here as n. *)
Theorem shaw_relative_self_attention n d max_len table Q K b h q e : (2 <= n)%nat ->
  let a k := table (table_row (Z.of_nat k - Z.of_nat q) (max_len - 1) (max_len - 1)) in
  let rel_scores := bhqd_dqk_bhqk d Q (transpose_1_2 (transpose_0_2 (embeddings max_len table))) in
  let scores b h q k := dot d (Q b h q) (K b h k) / sqrt (INR d) + rel_scores b h q k in
  let listing V := bhqk_bhvd_bhqd n n (fun b h q k => weight n (scores b h q) (everything 0) k) V b h q e in
  let attention V := sum n (fun k =>
    weight n (fun l => shaw_logit d (Q b h q) (K b h l) (a l)) (everything 0) k * V b h k e) in
  ~ (forall V, listing V = attention V).
Proof.
  intros two a rel_scores scores listing attention same; specialize (same (fun _ _ _ _ => 1)).
  unfold listing, attention in same; rewrite shaw_listing_sum in same by lia; rewrite sum_const in same.
  rewrite (sum_ext n _ (weight n (fun l => shaw_logit d (Q b h q) (K b h l) (a l)) (everything 0))) in same
    by (intros; lra).
  rewrite weights_sum in same by (exists 0%nat; split; [lia | reflexivity]).
  assert (2 <= INR n) by (change 2 with (INR 2); apply le_INR; assumption); lra.
Qed.
