(** Scaled dot-product attention. The claims are those of spec/attention/claims.toml: attention_NAME is claim NAME.

    Any number of keys, queries and channels; a mask says which keys a query may see. *)

Require Import Reals Lra Lia Bool Arith.
From Posenc Require Import Pairs.
Open Scope R_scope.

Definition exps (s : nat -> R) (allowed : nat -> bool) (j : nat) : R := if allowed j then exp (s j) else 0.
Definition weight (n : nat) (s : nat -> R) (allowed : nat -> bool) (j : nat) : R :=
  exps s allowed j / sum n (exps s allowed).

Definition logit (d : nat) (q k : nat -> R) (bias : R) : R := dot d q k / sqrt (INR d) + bias.

(** Channel e of the output of query i. *)
Definition attend (n d : nat) (q k v bias : nat -> nat -> R) (mask : nat -> nat -> bool) (i e : nat) : R :=
  sum n (fun j => weight n (fun l => logit d (q i) (k l) (bias i l)) (mask i) j * v j e).

Definition everything (_ _ : nat) : bool := true.
Definition causal (i j : nat) : bool := j <=? i.
Definition none (_ _ : nat) : R := 0.

Lemma exps_some n s allowed : (exists j, (j < n)%nat /\ allowed j = true) -> 0 < sum n (exps s allowed).
Proof.
  intros [j [below open]]; induction n as [| n IH]; [lia |]; cbn.
  assert (least : forall m, 0 <= sum m (exps s allowed)).
  { intros m; induction m as [| m most]; cbn; [lra |]; unfold exps at 2; pose proof (exp_pos (s m));
    destruct (allowed m); lra. }
  destruct (Nat.eq_dec j n) as [-> | other].
  - unfold exps at 2; rewrite open; pose proof (exp_pos (s n)); specialize (least n); lra.
  - specialize (IH ltac:(lia)); unfold exps at 2; pose proof (exp_pos (s n)); destruct (allowed n); lra.
Qed.

Lemma weights_sum n s allowed : (exists j, (j < n)%nat /\ allowed j = true) -> sum n (weight n s allowed) = 1.
Proof.
  intros some; pose proof (exps_some n s allowed some); unfold weight, Rdiv.
  rewrite (sum_ext n _ (fun j => / sum n (exps s allowed) * exps s allowed j)) by (intros; lra).
  rewrite sum_scal; field; lra.
Qed.

Theorem attention_rows n s : (0 < n)%nat -> let w := weight n s (everything 0) in
  (forall j, 0 < w j) /\ sum n w = 1 /\ (forall j, w j = exp (s j) / sum n (fun l => exp (s l))).
Proof.
  intros some w; assert (key : exists j, (j < n)%nat /\ everything 0 j = true) by (exists 0%nat; auto).
  split; [| split; [apply weights_sum; exact key | reflexivity]].
  intros j; unfold w, weight; apply Rdiv_lt_0_compat; [apply exp_pos | apply exps_some; exact key].
Qed.

Theorem attention_row_shift n s allowed c j : weight n (fun l => s l + c) allowed j = weight n s allowed j.
Proof.
  assert (shifted : forall l, exps (fun l => s l + c) allowed l = exp c * exps s allowed l)
    by (intros l; unfold exps; destruct (allowed l); rewrite ?exp_plus; lra).
  unfold weight; rewrite shifted, (sum_ext n _ (fun l => exp c * exps s allowed l)) by (intros; apply shifted).
  rewrite sum_scal; pose proof (exp_pos c); destruct (Req_dec (sum n (exps s allowed)) 0) as [empty | some].
  - rewrite empty, Rmult_0_r; unfold Rdiv; rewrite Rinv_0; lra.
  - field; split; lra.
Qed.

(** Keys 0 ... n without key t, renumbered. *)
Definition skip (t j : nat) : nat := if j <? t then j else S j.

Lemma sum_skip n t f : (t <= n)%nat -> sum (S n) f = f t + sum n (fun j => f (skip t j)).
Proof.
  induction n as [| n IH]; intros inside.
  - replace t with 0%nat by lia; cbn; lra.
  - destruct (Nat.eq_dec t (S n)) as [-> | other].
    + rewrite (sum_ext (S n) (fun j => f (skip (S n) j)) f); [cbn; lra |].
      intros j below; unfold skip; destruct (Nat.ltb_spec j (S n)); [reflexivity | lia].
    + change (sum (S (S n)) f) with (sum (S n) f + f (S n)); rewrite IH by lia; cbn [sum].
      unfold skip at 3; destruct (Nat.ltb_spec n t); [lia | lra].
Qed.

Theorem attention_mask n s allowed t j : (t <= n)%nat -> allowed t = false ->
  weight (S n) s allowed t = 0 /\
  weight (S n) s allowed (skip t j) = weight n (fun l => s (skip t l)) (fun l => allowed (skip t l)) j.
Proof.
  intros inside forbidden; assert (nothing : exps s allowed t = 0) by (unfold exps; rewrite forbidden; reflexivity).
  unfold weight; rewrite nothing; split; [unfold Rdiv; lra |].
  rewrite (sum_skip n t) by assumption; rewrite nothing, Rplus_0_l; reflexivity.
Qed.

(** A permutation of the first n numbers. *)
Definition permutes (n : nat) (f : nat -> nat) : Prop :=
  (forall i, (i < n)%nat -> (f i < n)%nat) /\
  exists g, (forall i, (i < n)%nat -> (g i < n)%nat) /\ forall i, (i < n)%nat -> f (g i) = i /\ g (f i) = i.

Lemma sum_permuted n f x : permutes n f -> sum n (fun i => x (f i)) = sum n x.
Proof.
  intros [inside [g [back undo]]].
  pose (at_ i c := if c =? f i then x c else 0).
  transitivity (sum n (fun i => sum n (at_ i))).
  - apply sum_ext; intros i below; rewrite (sum_one n _ (f i)); unfold at_;
    [rewrite Nat.eqb_refl; reflexivity | auto |].
    intros c _ other; destruct (Nat.eqb_spec c (f i)); [contradiction | reflexivity].
  - rewrite sum_swap; apply sum_ext; intros c below; rewrite (sum_one n _ (g c)); unfold at_; [| auto |].
    + destruct (undo c below) as [-> _]; rewrite Nat.eqb_refl; reflexivity.
    + intros i low other; destruct (Nat.eqb_spec c (f i)) as [-> | _]; [| reflexivity].
      destruct (undo i low); congruence.
Qed.

Lemma attend_permuted n d q k v f mask mask' i e : permutes n f ->
  (forall j, (j < n)%nat -> mask' i j = mask (f i) (f j)) ->
  attend n d (fun a => q (f a)) (fun a => k (f a)) (fun a => v (f a)) none mask' i e =
  attend n d q k v none mask (f i) e.
Proof.
  intros shuffled same; pose (s l := logit d (q (f i)) (k l) (none (f i) l)).
  assert (own : forall j, (j < n)%nat -> exps (fun l => s (f l)) (mask' i) j = exps s (mask (f i)) (f j))
    by (intros j below; unfold exps; rewrite same by assumption; reflexivity).
  transitivity (sum n (fun j => weight n s (mask (f i)) (f j) * v (f j) e));
    [| exact (sum_permuted n f (fun j => weight n s (mask (f i)) j * v j e) shuffled)].
  apply sum_ext; intros j below; f_equal; unfold weight.
  rewrite <- (sum_permuted n f (exps s _)), <- own by assumption; f_equal; apply sum_ext; exact own.
Qed.

Theorem attention_permutation n d q k v f i e : permutes n f ->
  attend n d (fun a => q (f a)) (fun a => k (f a)) (fun a => v (f a)) none everything i e =
  attend n d q k v none everything (f i) e.
Proof. intros shuffled; apply attend_permuted; [assumption | reflexivity]. Qed.

Definition swap (i : nat) : nat := 1 - i.
Definition tokens (i _ : nat) : R := INR i.

Lemma swap_permutes : permutes 2 swap.
Proof. unfold swap; split; [| exists swap; unfold swap; split]; intros; lia. Qed.

(** What token 1 gets from tokens 0 and 1, and token 0 from the same. *)
Lemma token_one f : permutes 2 f -> f 0%nat = 1%nat ->
  attend 2 1 (fun a => tokens (f a)) (fun a => tokens (f a)) (fun a => tokens (f a)) none everything 0 0 =
  exp 1 / (1 + exp 1).
Proof.
  intros shuffled first; rewrite attention_permutation, first by assumption.
  unfold attend, weight, exps, everything, logit, none, dot, tokens; cbn [sum INR].
  rewrite sqrt_1; unfold Rdiv; rewrite Rinv_1.
  replace ((0 + 1 * 0) * 1 + 0) with 0 by lra; replace ((0 + 1 * 1) * 1 + 0) with 1 by lra.
  rewrite exp_0; replace (0 + 1 + exp 1) with (1 + exp 1) by lra; lra.
Qed.

Theorem attention_invariance :
  ~ (forall n d x f i e, permutes n f -> (i < n)%nat ->
      attend n d (fun a => x (f a)) (fun a => x (f a)) (fun a => x (f a)) none everything i e =
      attend n d x x x none everything i e).
Proof.
  intros same; specialize (same 2%nat 1%nat tokens swap 0%nat 0%nat swap_permutes ltac:(lia)).
  rewrite (token_one swap swap_permutes eq_refl) in same; revert same.
  unfold attend, weight, exps, everything, logit, none, dot, tokens; cbn [sum INR].
  rewrite sqrt_1; unfold Rdiv; rewrite Rinv_1.
  replace ((0 + 0 * 0) * 1 + 0) with 0 by lra; replace ((0 + 0 * 1) * 1 + 0) with 0 by lra; rewrite exp_0.
  intros same; pose proof exp_ineq1 1 ltac:(lra) as above.
  assert (half : exp 1 * / (1 + exp 1) = 1 / 2) by lra.
  apply (f_equal (fun t => t * (1 + exp 1))) in half; rewrite Rmult_assoc, Rinv_l in half by lra; lra.
Qed.

Theorem attention_causal_permutation :
  ~ (forall n d x f i e, permutes n f -> (i < n)%nat ->
      attend n d (fun a => x (f a)) (fun a => x (f a)) (fun a => x (f a)) none causal i e =
      attend n d x x x none causal (f i) e).
Proof.
  intros same; specialize (same 2%nat 1%nat tokens swap 0%nat 0%nat swap_permutes ltac:(lia)); revert same.
  unfold attend, weight, exps, causal, logit, none, dot, tokens, swap; cbn [sum INR Nat.sub Nat.leb].
  rewrite sqrt_1; unfold Rdiv; rewrite Rinv_1.
  replace ((0 + 1 * 0) * 1 + 0) with 0 by lra; replace ((0 + 1 * 1) * 1 + 0) with 1 by lra; rewrite exp_0.
  replace (0 + exp 1 + 0) with (exp 1) by lra; replace (0 + 1 + exp 1) with (1 + exp 1) by lra.
  intros same; pose proof exp_ineq1 1 ltac:(lra) as above; rewrite Rinv_r in same by lra.
  assert (whole : exp 1 * / (1 + exp 1) = 1) by lra.
  apply (f_equal (fun t => t * (1 + exp 1))) in whole; rewrite Rmult_assoc, Rinv_l in whole by lra; lra.
Qed.

(** The tokens before row i change places, it and those after it stay. *)
Theorem attention_prefix n d q k v f i e : permutes n f -> (forall j, (i <= j)%nat -> f j = j) ->
  attend n d q (fun a => k (f a)) (fun a => v (f a)) none causal i e = attend n d q k v none causal i e.
Proof.
  intros shuffled stays; assert (own : f i = i) by (apply stays; lia).
  assert (same : forall j, (j < n)%nat -> causal i j = causal (f i) (f j)).
  { intros j below; rewrite own; unfold causal; destruct (Nat.lt_ge_cases i j) as [after | before].
    - rewrite stays by lia; reflexivity.
    - destruct (Nat.leb_spec j i); [| lia]; destruct (Nat.leb_spec (f j) i) as [_ | late]; [reflexivity |].
      destruct shuffled as [inside [g [_ undo]]]; pose proof (stays (f j) ltac:(lia)) as fixed.
      destruct (undo j below) as [_ one]; destruct (undo (f j) (inside j below)) as [_ two]; rewrite fixed in two;
        lia. }
  pose proof (attend_permuted n d (fun _ => q i) k v f causal causal i e shuffled same) as moved.
  rewrite own in moved; exact moved.
Qed.

Theorem attention_constant_bias n d q k v bias mask c i e :
  attend n d q k v (fun a j => bias a j + c a) mask i e = attend n d q k v bias mask i e.
Proof.
  unfold attend; apply sum_ext; intros j _; f_equal.
  rewrite <- (attention_row_shift n (fun l => logit d (q i) (k l) (bias i l)) (mask i) (c i)).
  unfold weight, exps, logit; f_equal; [| apply sum_ext; intros]; rewrite Rplus_assoc; reflexivity.
Qed.
