(** Finite sums, the channels of a pair, and matrices that act on pairs: what the other files share.

    A vector is a function from its channels, counted from 0, to the reals; a matrix one from rows and columns. How many
    channels count is said where they are summed. The names in this file are lemmas, none is a claim. *)

Require Import Reals Lra Lia Bool Arith ZArith.
Open Scope R_scope.

(** * Sums: f 0 + ... + f (n - 1) *)

Fixpoint sum (n : nat) (f : nat -> R) : R :=
  match n with
  | O => 0
  | S k => sum k f + f k
  end.

Definition dot (n : nat) (x y : nat -> R) : R := sum n (fun c => x c * y c).

Lemma sum_ext n f g : (forall k, (k < n)%nat -> f k = g k) -> sum n f = sum n g.
Proof.
  induction n as [| n IH]; intros same; [reflexivity |]; cbn.
  rewrite IH by (intros; apply same; lia); rewrite same by lia; reflexivity.
Qed.

Lemma sum_plus n f g : sum n (fun k => f k + g k) = sum n f + sum n g.
Proof. induction n as [| n IH]; cbn; [lra | rewrite IH; lra]. Qed.

Lemma sum_scal n a f : sum n (fun k => a * f k) = a * sum n f.
Proof. induction n as [| n IH]; cbn; [lra | rewrite IH; lra]. Qed.

Lemma sum_zero n f : (forall k, (k < n)%nat -> f k = 0) -> sum n f = 0.
Proof.
  induction n as [| n IH]; intros none; [reflexivity |]; cbn.
  rewrite IH by (intros; apply none; lia); rewrite none by lia; lra.
Qed.

Lemma sum_const n a : sum n (fun _ => a) = INR n * a.
Proof. induction n as [| n IH]; [cbn; lra |]; rewrite S_INR; cbn [sum]; rewrite IH; lra. Qed.

Lemma sum_one n f a : (a < n)%nat -> (forall k, (k < n)%nat -> k <> a -> f k = 0) -> sum n f = f a.
Proof.
  induction n as [| n IH]; intros inside none; [lia |]; cbn.
  destruct (Nat.eq_dec a n) as [-> | other].
  - rewrite sum_zero by (intros; apply none; lia); lra.
  - rewrite IH by (try lia; intros; apply none; lia); rewrite (none n) by lia; lra.
Qed.

Lemma sum_two n f a b : (a < n)%nat -> (b < n)%nat -> a <> b ->
  (forall k, (k < n)%nat -> k <> a -> k <> b -> f k = 0) -> sum n f = f a + f b.
Proof.
  induction n as [| n IH]; intros first second apart none; [lia |]; cbn.
  destruct (Nat.eq_dec a n) as [-> | a_below]; [| destruct (Nat.eq_dec b n) as [-> | b_below]].
  - rewrite (sum_one n f b) by (try lia; intros; apply none; lia); lra.
  - rewrite (sum_one n f a) by (try lia; intros; apply none; lia); lra.
  - rewrite IH by (try lia; intros; apply none; lia); rewrite (none n) by lia; lra.
Qed.

Lemma sum_split n m f : sum (n + m) f = sum n f + sum m (fun k => f (n + k)%nat).
Proof.
  induction m as [| m IH]; [rewrite Nat.add_0_r; cbn; lra |].
  rewrite Nat.add_succ_r; cbn; rewrite IH; lra.
Qed.

Lemma sum_swap n m f : sum n (fun i => sum m (f i)) = sum m (fun j => sum n (fun i => f i j)).
Proof.
  induction n as [| n IH]; cbn; [symmetry; apply sum_zero; reflexivity |].
  rewrite IH, <- sum_plus; reflexivity.
Qed.

Lemma sum_positive n f : (0 < n)%nat -> (forall k, (k < n)%nat -> 0 < f k) -> 0 < sum n f.
Proof.
  induction n as [| n IH]; intros some positive; [lia |]; cbn.
  assert (0 < f n) by (apply positive; lia).
  destruct n as [| n]; [cbn; lra |].
  assert (0 < sum (S n) f) by (apply IH; [lia | intros; apply positive; lia]); lra.
Qed.

(** * Pairs: channel [place o h i side] is the first (side false) or second (true) of pair i, of h pairs *)

Inductive order := interleaved | halves | cosine_first.

Definition place (o : order) (h i : nat) (side : bool) : nat :=
  match o with
  | interleaved => 2 * i + Nat.b2n side
  | halves => i + Nat.b2n side * h
  | cosine_first => i + Nat.b2n (negb side) * h
  end.

Definition pair_of (o : order) (h c : nat) : nat :=
  match o with
  | interleaved => Nat.div2 c
  | _ => if c <? h then c else c - h
  end.

Definition side_of (o : order) (h c : nat) : bool :=
  match o with
  | interleaved => Nat.odd c
  | halves => negb (c <? h)
  | cosine_first => c <? h
  end.

Ltac split_below := match goal with |- context [?a <? ?b] => destruct (Nat.ltb_spec a b) end.

Lemma place_below o h i s : (i < h)%nat -> (place o h i s < 2 * h)%nat.
Proof. intros; destruct o, s; cbn -[Nat.mul]; lia. Qed.

Lemma pair_below o h c : (c < 2 * h)%nat -> (pair_of o h c < h)%nat.
Proof.
  intros inside; destruct o; unfold pair_of.
  - pose proof (Nat.div2_odd c); destruct (Nat.odd c); cbn [Nat.b2n] in *; lia.
  - destruct (Nat.ltb_spec c h); lia.
  - destruct (Nat.ltb_spec c h); lia.
Qed.

Lemma place_pair o h c : (c < 2 * h)%nat -> place o h (pair_of o h c) (side_of o h c) = c.
Proof.
  intros inside; destruct o; unfold place, pair_of, side_of.
  - symmetry; apply Nat.div2_odd.
  - destruct (Nat.ltb_spec c h); cbn [negb Nat.b2n]; lia.
  - destruct (Nat.ltb_spec c h); cbn [negb Nat.b2n]; lia.
Qed.

Lemma pair_place o h i s : (i < h)%nat -> pair_of o h (place o h i s) = i.
Proof.
  intros inside; destruct o; unfold place, pair_of.
  - destruct s; cbn [Nat.b2n].
    + replace (2 * i + 1)%nat with (S (2 * i)) by lia; apply Nat.div2_succ_double.
    + replace (2 * i + 0)%nat with (2 * i)%nat by lia; apply Nat.div2_double.
  - destruct s; cbn [Nat.b2n]; split_below; lia.
  - destruct s; cbn [negb Nat.b2n]; split_below; lia.
Qed.

Lemma side_place o h i s : (i < h)%nat -> side_of o h (place o h i s) = s.
Proof.
  intros inside; destruct o; unfold place, side_of.
  - destruct s; cbn [Nat.b2n]; [rewrite Nat.add_1_r, Nat.odd_succ; apply Nat.even_spec; exists i; lia |].
    rewrite Nat.add_0_r; apply not_true_is_false; rewrite Nat.odd_spec; intros [j odd]; lia.
  - destruct s; cbn [Nat.b2n]; split_below; try reflexivity; lia.
  - destruct s; cbn [negb Nat.b2n]; split_below; try reflexivity; lia.
Qed.

Lemma place_injective o h i j s t : (i < h)%nat -> (j < h)%nat -> place o h i s = place o h j t -> i = j /\ s = t.
Proof.
  intros first second same; split.
  - rewrite <- (pair_place o h i s), same by assumption; apply pair_place; assumption.
  - rewrite <- (side_place o h i s), same by assumption; apply side_place; assumption.
Qed.

(** The sum over all channels is the sum over pairs. *)
Lemma sum_pairs o h f : sum (2 * h) f = sum h (fun i => f (place o h i false) + f (place o h i true)).
Proof.
  pose (at_ c i s := if c =? place o h i s then f c else 0).
  transitivity (sum (2 * h) (fun c => sum h (fun i => at_ c i false + at_ c i true))).
  - apply sum_ext; intros c inside.
    rewrite (sum_one h _ (pair_of o h c)); [| apply pair_below; assumption |].
    + unfold at_; pose proof (place_pair o h c inside) as own.
      pose proof (pair_below o h c inside) as below.
      destruct (side_of o h c) eqn:side.
      * rewrite own, Nat.eqb_refl; destruct (Nat.eqb_spec c (place o h (pair_of o h c) false)) as [same | _]; [| lra].
        rewrite <- own in same at 1; apply place_injective in same; [destruct same; discriminate | |]; assumption.
      * rewrite own, Nat.eqb_refl; destruct (Nat.eqb_spec c (place o h (pair_of o h c) true)) as [same | _]; [| lra].
        rewrite <- own in same at 1; apply place_injective in same; [destruct same; discriminate | |]; assumption.
    + intros i below other; unfold at_.
      destruct (Nat.eqb_spec c (place o h i false)) as [-> | _]; [rewrite pair_place in other; tauto |].
      destruct (Nat.eqb_spec c (place o h i true)) as [-> | _]; [rewrite pair_place in other; tauto | lra].
  - rewrite sum_swap; apply sum_ext; intros i below; rewrite sum_plus; unfold at_; f_equal.
    + rewrite (sum_one _ _ (place o h i false)); [rewrite Nat.eqb_refl; reflexivity | apply place_below; assumption |].
      intros c _ other; destruct (Nat.eqb_spec c (place o h i false)); [contradiction | reflexivity].
    + rewrite (sum_one _ _ (place o h i true)); [rewrite Nat.eqb_refl; reflexivity | apply place_below; assumption |].
      intros c _ other; destruct (Nat.eqb_spec c (place o h i true)); [contradiction | reflexivity].
Qed.

(** * Matrices *)

Definition mul (n : nat) (A B : nat -> nat -> R) (row col : nat) : R := sum n (fun k => A row k * B k col).
Definition apply (n : nat) (A : nat -> nat -> R) (x : nat -> R) (row : nat) : R := sum n (fun k => A row k * x k).
Definition transpose (A : nat -> nat -> R) (row col : nat) : R := A col row.
Definition identity (row col : nat) : R := if row =? col then 1 else 0.

(** Block i at the channels of pair i, of h pairs; the identity on the channels from 2h on. *)
Definition blocks (o : order) (h : nat) (B : nat -> bool -> bool -> R) (row col : nat) : R :=
  if (row <? 2 * h) && (col <? 2 * h) then
    if pair_of o h row =? pair_of o h col then B (pair_of o h row) (side_of o h row) (side_of o h col) else 0
  else identity row col.

(** A block times a pair. *)
Definition act (B : bool -> bool -> R) (x : bool -> R) (s : bool) : R := B s false * x false + B s true * x true.

Lemma blocks_place o h B i j s t : (i < h)%nat -> (j < h)%nat ->
  blocks o h B (place o h i s) (place o h j t) = if i =? j then B i s t else 0.
Proof.
  intros first second; unfold blocks.
  pose proof (place_below o h i s first) as one; pose proof (place_below o h j t second) as other.
  apply Nat.ltb_lt in one, other; rewrite one, other; cbn [andb].
  rewrite !pair_place, !side_place by assumption; reflexivity.
Qed.

Lemma blocks_rest o h B row col : (2 * h <= row)%nat \/ (2 * h <= col)%nat -> blocks o h B row col = identity row col.
Proof.
  intros [beyond | beyond]; unfold blocks; apply Nat.ltb_ge in beyond; rewrite beyond; [reflexivity |].
  rewrite andb_false_r; reflexivity.
Qed.

Lemma apply_pair o h n B x i s : (i < h)%nat -> (2 * h <= n)%nat ->
  apply n (blocks o h B) x (place o h i s) = act (B i) (fun t => x (place o h i t)) s.
Proof.
  intros inside room; unfold apply, act.
  rewrite (sum_two n _ (place o h i false) (place o h i true)).
  - rewrite !blocks_place, Nat.eqb_refl by assumption; reflexivity.
  - pose proof (place_below o h i false inside); lia.
  - pose proof (place_below o h i true inside); lia.
  - intros same; apply place_injective in same; [destruct same; discriminate | |]; assumption.
  - intros k below one other; destruct (Nat.lt_ge_cases k (2 * h)) as [turned | rest].
    + rewrite <- (place_pair o h k turned) in one, other |- *.
      rewrite blocks_place by (try apply pair_below; assumption).
      destruct (Nat.eqb_spec i (pair_of o h k)) as [same | _]; [rewrite <- same in one, other | lra].
      destruct (side_of o h k); congruence.
    + rewrite blocks_rest by (right; exact rest); unfold identity.
      pose proof (place_below o h i s inside).
      destruct (Nat.eqb_spec (place o h i s) k); [lia | lra].
Qed.

Lemma apply_rest o h n B x row : (2 * h <= row < n)%nat -> apply n (blocks o h B) x row = x row.
Proof.
  intros inside; unfold apply; rewrite (sum_one n _ row); [| lia |].
  - rewrite blocks_rest by lia; unfold identity; rewrite Nat.eqb_refl; lra.
  - intros k below other; rewrite blocks_rest by lia; unfold identity; destruct (Nat.eqb_spec row k); [lia | lra].
Qed.

Lemma channel_cases o h n (P : nat -> Prop) :
  (forall i s, (i < h)%nat -> P (place o h i s)) -> (forall c, (2 * h <= c < n)%nat -> P c) ->
  forall c, (c < n)%nat -> P c.
Proof.
  intros turned rest c inside; destruct (Nat.lt_ge_cases c (2 * h)) as [below | beyond].
  - rewrite <- (place_pair o h c below); apply turned, pair_below; assumption.
  - apply rest; lia.
Qed.

Definition product (A B : bool -> bool -> R) (s t : bool) : R := act (A) (fun u => B u t) s.

Lemma blocks_mul o h n A B row col : (2 * h <= n)%nat -> (row < n)%nat -> (col < n)%nat ->
  mul n (blocks o h A) (blocks o h B) row col = blocks o h (fun i => product (A i) (B i)) row col.
Proof.
  intros room first second; change (mul n (blocks o h A) (blocks o h B) row col) with
    (apply n (blocks o h A) (fun k => blocks o h B k col) row).
  revert row first; apply (channel_cases o h n).
  - intros i s inside; rewrite apply_pair by assumption; revert col second; apply (channel_cases o h n).
    + intros j t other; unfold act; rewrite !blocks_place by assumption.
      destruct (i =? j); unfold product, act; lra.
    + intros col beyond; unfold act; rewrite !blocks_rest by lia; unfold identity.
      pose proof (place_below o h i false inside); pose proof (place_below o h i true inside);
      pose proof (place_below o h i s inside).
      repeat match goal with |- context [?a =? ?b] => destruct (Nat.eqb_spec a b) end; try lia; lra.
  - intros row beyond; rewrite apply_rest by assumption; rewrite !blocks_rest by lia; reflexivity.
Qed.

Lemma blocks_ext o h A B row col : (forall i s t, (i < h)%nat -> A i s t = B i s t) ->
  blocks o h A row col = blocks o h B row col.
Proof.
  intros same; unfold blocks; destruct (Nat.ltb_spec row (2 * h)); [| reflexivity].
  destruct (col <? 2 * h); [| reflexivity]; cbn [andb].
  rewrite same by (apply pair_below; assumption); reflexivity.
Qed.

Lemma blocks_identity o h A row col : (forall i s t, (i < h)%nat -> A i s t = if Bool.eqb s t then 1 else 0) ->
  blocks o h A row col = identity row col.
Proof.
  intros one; unfold blocks.
  destruct (Nat.ltb_spec row (2 * h)) as [first |]; [| reflexivity].
  destruct (Nat.ltb_spec col (2 * h)) as [second |]; [| reflexivity]; cbn [andb]; unfold identity.
  rewrite one by (apply pair_below; assumption).
  rewrite <- (place_pair o h row first) at 3; rewrite <- (place_pair o h col second) at 3.
  destruct (Nat.eqb_spec (pair_of o h row) (pair_of o h col)) as [same | other].
  - rewrite same; destruct (side_of o h row), (side_of o h col); cbn [Bool.eqb]; rewrite ?Nat.eqb_refl; try reflexivity;
    match goal with |- _ = if ?a =? ?b then _ else _ => destruct (Nat.eqb_spec a b) as [bad | _] end; try reflexivity;
    apply place_injective in bad; try (apply pair_below; assumption); destruct bad; discriminate.
  - match goal with |- _ = if ?a =? ?b then _ else _ => destruct (Nat.eqb_spec a b) as [bad | _] end; [| reflexivity].
    apply place_injective in bad; try (apply pair_below; assumption); tauto.
Qed.

Lemma blocks_transpose o h B row col :
  transpose (blocks o h B) row col = blocks o h (fun i s t => B i t s) row col.
Proof.
  unfold transpose, blocks, identity; rewrite (andb_comm (col <? _)), (Nat.eqb_sym col row).
  destruct (Nat.eqb_spec (pair_of o h col) (pair_of o h row)) as [-> | other].
  - rewrite Nat.eqb_refl; reflexivity.
  - destruct (Nat.eqb_spec (pair_of o h row) (pair_of o h col)) as [same | _]; [congruence | reflexivity].
Qed.

(** The dot product of n channels is that of the pairs, and of what follows them. *)
Lemma dot_pairs o h n x y : (2 * h <= n)%nat -> dot n x y =
  sum h (fun i => x (place o h i false) * y (place o h i false) + x (place o h i true) * y (place o h i true))
  + sum (n - 2 * h) (fun k => x (2 * h + k)%nat * y (2 * h + k)%nat).
Proof.
  intros room; unfold dot; replace n with (2 * h + (n - 2 * h))%nat at 1 by lia.
  rewrite sum_split, (sum_pairs o); reflexivity.
Qed.

(** * The permutation that takes the channels of one order to those of another *)

Definition permutation (o o' : order) (h row col : nat) : R :=
  if col <? 2 * h then if row =? place o' h (pair_of o h col) (side_of o h col) then 1 else 0 else identity row col.

Lemma apply_permutation o o' h n x i s : (i < h)%nat -> (2 * h <= n)%nat ->
  apply n (permutation o o' h) x (place o' h i s) = x (place o h i s).
Proof.
  intros inside room; pose proof (place_below o h i s inside) as low; pose proof (place_below o' h i s inside) as own.
  unfold apply; rewrite (sum_one n _ (place o h i s)); [| lia |].
  - unfold permutation; destruct (Nat.ltb_spec (place o h i s) (2 * h)); [| lia].
    rewrite pair_place, side_place, Nat.eqb_refl by assumption; lra.
  - intros k below other; unfold permutation, identity; destruct (Nat.ltb_spec k (2 * h)) as [turned | rest].
    + match goal with |- context [?a =? ?b] => destruct (Nat.eqb_spec a b) as [same | _] end; [| lra].
      apply place_injective in same; [| assumption | apply pair_below; assumption].
      destruct same as [-> ->]; rewrite place_pair in other; tauto.
    + match goal with |- context [?a =? ?b] => destruct (Nat.eqb_spec a b) end; [lia | lra].
Qed.

Lemma apply_permutation_rest o o' h n x row : (2 * h <= row < n)%nat -> apply n (permutation o o' h) x row = x row.
Proof.
  intros inside; unfold apply; rewrite (sum_one n _ row); [| lia |]; unfold permutation, identity.
  - destruct (Nat.ltb_spec row (2 * h)); [lia |]; rewrite Nat.eqb_refl; lra.
  - intros k below other; destruct (Nat.ltb_spec k (2 * h)) as [turned | rest];
    match goal with |- context [?a =? ?b] => destruct (Nat.eqb_spec a b) as [same |] end; try lra; try lia.
    pose proof (place_below o' h (pair_of o h k) (side_of o h k) (pair_below o h k turned)); lia.
Qed.

Lemma mul_apply n e A B x row : apply e (mul n A B) x row = apply n A (apply e B x) row.
Proof.
  unfold apply, mul.
  rewrite (sum_ext e _ (fun k => sum n (fun l => A row l * (B l k * x k)))).
  - rewrite sum_swap; apply sum_ext; intros; rewrite sum_scal; reflexivity.
  - intros k _; rewrite Rmult_comm, <- sum_scal; apply sum_ext; intros; lra.
Qed.

Lemma conjugated o o' h n A row col :
  mul n (permutation o o' h) (mul n A (transpose (permutation o o' h))) row col =
  apply n (permutation o o' h) (fun k => apply n (permutation o o' h) (A k) col) row.
Proof.
  unfold mul, apply, transpose; apply sum_ext; intros k _; f_equal; apply sum_ext; intros; lra.
Qed.

Lemma permutation_orthogonal o o' h n row col : (2 * h <= n)%nat -> (row < n)%nat -> (col < n)%nat ->
  mul n (permutation o o' h) (transpose (permutation o o' h)) row col = identity row col.
Proof.
  intros room first second; change (mul n (permutation o o' h) (transpose (permutation o o' h)) row col) with
    (apply n (permutation o o' h) (fun k => permutation o o' h col k) row).
  revert row first; apply (channel_cases o' h n).
  - intros i s inside; rewrite apply_permutation by assumption; unfold permutation, identity.
    destruct (Nat.ltb_spec (place o h i s) (2 * h)) as [_ | bad]; [| pose proof (place_below o h i s inside); lia].
    rewrite pair_place, side_place, Nat.eqb_sym by assumption; reflexivity.
  - intros row beyond; rewrite apply_permutation_rest by assumption; unfold permutation.
    destruct (Nat.ltb_spec row (2 * h)); [lia |]; unfold identity; rewrite Nat.eqb_sym; reflexivity.
Qed.

Lemma permutation_keeps o o' h n x y : (2 * h <= n)%nat ->
  dot n (apply n (permutation o o' h) x) (apply n (permutation o o' h) y) = dot n x y.
Proof.
  intros room; rewrite (dot_pairs o' h), (dot_pairs o h) by assumption; f_equal; apply sum_ext; intros k below.
  - rewrite !apply_permutation by assumption; reflexivity.
  - rewrite !apply_permutation_rest by lia; reflexivity.
Qed.

(** * Determinants, expanded along the first row *)

Definition minor (A : nat -> nat -> R) (j row col : nat) : R := A (S row) (if col <? j then col else S col).

Fixpoint det (n : nat) (A : nat -> nat -> R) : R :=
  match n with
  | O => 1
  | S k => sum n (fun j => (-1) ^ j * A O j * det k (minor A j))
  end.

Lemma det_ext n : forall A B, (forall row col, (row < n)%nat -> (col < n)%nat -> A row col = B row col) ->
  det n A = det n B.
Proof.
  induction n as [| n IH]; intros A B same; [reflexivity |].
  apply sum_ext; intros j below; rewrite same by lia; f_equal; apply IH.
  intros row col first second; unfold minor; apply same; [lia | destruct (col <? j); lia].
Qed.

Lemma det_corner n A : (forall col, (0 < col <= n)%nat -> A O col = 0) -> det (S n) A = A O O * det n (minor A 0).
Proof.
  intros none; change (det (S n) A) with (sum (S n) (fun j => (-1) ^ j * A O j * det n (minor A j))).
  rewrite (sum_one _ _ 0%nat); [cbn [pow]; lra | lia |].
  intros j below other; rewrite none by lia; lra.
Qed.

Lemma det_identity n : det n identity = 1.
Proof.
  induction n as [| n IH]; [reflexivity |]; rewrite det_corner.
  - rewrite (det_ext n _ identity), IH; [unfold identity; cbn; lra |].
    intros row col _ _; unfold minor, identity; cbn; reflexivity.
  - intros col [above _]; unfold identity; destruct (Nat.eqb_spec 0 col); [lia | reflexivity].
Qed.

Lemma blocks_next h B row col :
  blocks interleaved (S h) B (S (S row)) (S (S col)) = blocks interleaved h (fun i => B (S i)) row col.
Proof.
  unfold blocks, identity, pair_of, side_of.
  replace (S (S row) <? 2 * S h) with (row <? 2 * h) by
    (destruct (Nat.ltb_spec row (2 * h)), (Nat.ltb_spec (S (S row)) (2 * S h)); try reflexivity; lia).
  replace (S (S col) <? 2 * S h) with (col <? 2 * h) by
    (destruct (Nat.ltb_spec col (2 * h)), (Nat.ltb_spec (S (S col)) (2 * S h)); try reflexivity; lia).
  reflexivity.
Qed.

(** With interleaved pairs the determinant is the product of those of the blocks; here all of them are 1. *)
Lemma det_blocks h : forall n B, (2 * h <= n)%nat ->
  (forall i, (i < h)%nat -> B i false false * B i true true - B i false true * B i true false = 1) ->
  det n (blocks interleaved h B) = 1.
Proof.
  induction h as [| h IH]; intros n B room one.
  - rewrite <- (det_identity n); apply det_ext; intros; apply blocks_rest; lia.
  - destruct n as [| [| n]]; [lia | lia |].
    assert (corner : forall row col, (row < 2)%nat -> (1 < col)%nat -> blocks interleaved (S h) B row col = 0).
    { intros row col low high; destruct (Nat.lt_ge_cases col (2 * S h)) as [turned | beyond].
      - rewrite <- (place_pair interleaved (S h) row), <- (place_pair interleaved (S h) col) by lia.
        rewrite blocks_place by (apply pair_below; lia).
        unfold pair_of; pose proof (Nat.div2_odd row); pose proof (Nat.div2_odd col).
        destruct (Nat.odd row), (Nat.odd col); cbn [Nat.b2n] in *;
        match goal with |- context [?a =? ?b] => destruct (Nat.eqb_spec a b) end; try lia; reflexivity.
      - rewrite blocks_rest by lia; unfold identity; destruct (Nat.eqb_spec row col); [lia | reflexivity]. }
    assert (below : forall j, (j < 2)%nat -> det n (minor (minor (blocks interleaved (S h) B) j) 0) = 1).
    { intros j low; rewrite <- (IH n (fun i => B (S i))); [| lia | intros; apply one; lia].
      apply det_ext; intros row col _ _; unfold minor; rewrite <- blocks_next; f_equal.
      destruct (Nat.ltb_spec (if col <? 0 then col else S col) j); destruct (Nat.ltb_spec col 0); lia. }
    change (det (S (S n)) (blocks interleaved (S h) B)) with (sum (S (S n)) (fun j =>
      (-1) ^ j * blocks interleaved (S h) B O j * det (S n) (minor (blocks interleaved (S h) B) j))).
    rewrite (sum_two _ _ 0%nat 1%nat); [| lia | lia | lia | intros; rewrite corner by lia; lra].
    rewrite !det_corner; [| intros; unfold minor; apply corner; [lia |]; destruct (Nat.ltb_spec col 1); lia
      | intros; unfold minor; apply corner; [lia |]; destruct (Nat.ltb_spec col 0); lia].
    rewrite !below by lia; pose proof (one 0%nat ltac:(lia)) as first; unfold minor.
    assert (at_ : forall s t, blocks interleaved (S h) B (Nat.b2n s) (Nat.b2n t) = B O s t)
      by (intros s t; exact (blocks_place interleaved (S h) B 0 0 s t ltac:(lia) ltac:(lia))).
    rewrite <- !at_ in first; cbn [Nat.b2n Nat.ltb Nat.leb pow] in *; lra.
Qed.

(** * Whole numbers of radians. That PI is irrational is a hypothesis wherever it is used. *)

Definition irrational (x : R) : Prop := forall p q : Z, q <> 0%Z -> IZR q * x <> IZR p.

Lemma sin_whole z : irrational PI -> z <> 0%Z -> sin (IZR z) <> 0.
Proof.
  intros known some zero; destruct (sin_eq_0_0 _ zero) as [k same]; destruct (Z.eq_dec k 0) as [-> | turned].
  - rewrite Rmult_0_l in same; apply eq_IZR in same; contradiction.
  - apply (known z k turned); symmetry; exact same.
Qed.

Lemma waves_differ y z : irrational PI -> y <> z -> cos (IZR y) = cos (IZR z) -> sin (IZR y) <> sin (IZR z).
Proof.
  intros known other cosines sines; apply (sin_whole (y - z) known); [lia |].
  rewrite minus_IZR, sin_minus, cosines, sines; lra.
Qed.
