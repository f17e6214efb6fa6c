(** Rotary position embedding. The claims are those of spec/rope/claims.toml: rope_NAME is claim NAME.

    Pair i of r = 2h channels is turned counter-clockwise by m * base^(-2i/r); n - 2h channels are left alone. *)

Require Import Reals Lra Lia Bool Arith ZArith.
From Posenc Require Import Pairs.
Open Scope R_scope.

Definition theta (b : R) (r i : nat) : R := Rpower b (-2 * INR i / INR r).

Definition turn (a : R) (row col : bool) : R :=
  match row, col with
  | false, false => cos a
  | false, true => - sin a
  | true, false => sin a
  | true, true => cos a
  end.

(** R(m) and R(m) x, with h pairs in one of the orders. *)
Definition rotation (o : order) (h : nat) (b m : R) : nat -> nat -> R :=
  blocks o h (fun i => turn (m * theta b (2 * h) i)).
Definition rotate (o : order) (h n : nat) (b m : R) (x : nat -> R) : nat -> R := apply n (rotation o h b m) x.
Definition score (o : order) (h n : nat) (b m p : R) (q k : nat -> R) : R :=
  dot n (rotate o h n b m q) (rotate o h n b p k).

Lemma turn_product a c s t : product (turn a) (turn c) s t = turn (a + c) s t.
Proof. destruct s, t; unfold product, act; cbn; rewrite ?cos_plus, ?sin_plus; lra. Qed.

Lemma turn_back a s t : turn a t s = turn (- a) s t.
Proof. destruct s, t; cbn; rewrite ?cos_neg, ?sin_neg; lra. Qed.

Lemma turn_zero a s t : a = 0 -> turn a s t = if Bool.eqb s t then 1 else 0.
Proof. intros ->; destruct s, t; cbn; rewrite ?cos_0, ?sin_0; lra. Qed.

Lemma theta_first b r : 0 < b -> theta b r 0 = 1.
Proof.
  intros; unfold theta; cbn [INR]; replace (-2 * 0 / INR r) with 0 by (unfold Rdiv; lra).
  apply Rpower_O; assumption.
Qed.

Lemma transposed o h b m row col : transpose (rotation o h b m) row col = rotation o h b (- m) row col.
Proof.
  unfold rotation; rewrite blocks_transpose; apply blocks_ext; intros i s t _.
  rewrite turn_back; f_equal; lra.
Qed.

Theorem rope_group o h n b m p row col : (2 * h <= n)%nat -> (row < n)%nat -> (col < n)%nat ->
  mul n (rotation o h b m) (rotation o h b p) row col = rotation o h b (m + p) row col.
Proof.
  intros room first second; unfold rotation; rewrite blocks_mul by assumption.
  apply blocks_ext; intros i s t _; rewrite turn_product; f_equal; lra.
Qed.

Theorem rope_identity o h b row col : rotation o h b 0 row col = identity row col.
Proof. apply blocks_identity; intros i s t _; apply turn_zero; lra. Qed.

Theorem rope_inverse o h n b m row col : (2 * h <= n)%nat -> (row < n)%nat -> (col < n)%nat ->
  rotation o h b (- m) row col = transpose (rotation o h b m) row col /\
  mul n (rotation o h b (- m)) (rotation o h b m) row col = identity row col /\
  mul n (rotation o h b m) (rotation o h b (- m)) row col = identity row col.
Proof.
  intros; split; [symmetry; apply transposed |].
  rewrite !rope_group by assumption; rewrite Rplus_opp_l, Rplus_opp_r; split; apply rope_identity.
Qed.

(** The determinant of the definition's own pairing, interleaved. *)
Theorem rope_orthogonal o h n b m : (2 * h <= n)%nat ->
  (forall row col, (row < n)%nat -> (col < n)%nat ->
    mul n (transpose (rotation o h b m)) (rotation o h b m) row col = identity row col) /\
  det n (rotation interleaved h b m) = 1.
Proof.
  intros room; split.
  - intros row col first second.
    rewrite <- (rope_identity o h b), <- (Rplus_opp_l m), <- (rope_group o h n) by assumption.
    apply sum_ext; intros; rewrite transposed; reflexivity.
  - apply det_blocks; [assumption |]; intros i _; cbn; rewrite <- (sin2_cos2 (m * theta b (h + (h + 0)) i));
    unfold Rsqr; lra.
Qed.

(** What pair i adds to the score. *)
Lemma score_pairs o h n b m p q k : (2 * h <= n)%nat -> score o h n b m p q k =
  sum h (fun i => let a := (m - p) * theta b (2 * h) i in
    let x s := q (place o h i s) in let y s := k (place o h i s) in
    (x false * y false + x true * y true) * cos a + (x false * y true - x true * y false) * sin a)
  + sum (n - 2 * h) (fun c => q (2 * h + c)%nat * k (2 * h + c)%nat).
Proof.
  intros room; unfold score; rewrite (dot_pairs o h) by assumption; f_equal; apply sum_ext; intros i below.
  - unfold rotate, rotation; rewrite !apply_pair by assumption; cbv zeta; unfold act; cbn [turn].
    replace ((m - p) * theta b (2 * h) i) with (m * theta b (2 * h) i - p * theta b (2 * h) i) by lra.
    rewrite cos_minus, sin_minus; ring.
  - unfold rotate, rotation; rewrite !apply_rest by lia; reflexivity.
Qed.

Theorem rope_relative o h n b : (2 * h <= n)%nat ->
  (forall m p row col, (row < n)%nat -> (col < n)%nat ->
    mul n (transpose (rotation o h b m)) (rotation o h b p) row col = rotation o h b (p - m) row col) /\
  (forall m p m' p' q k, m - p = m' - p' -> score o h n b m p q k = score o h n b m' p' q k).
Proof.
  intros room; split.
  - intros m p row col first second; replace (p - m) with (- m + p) by lra; rewrite <- (rope_group o h n) by assumption.
    apply sum_ext; intros; rewrite transposed; reflexivity.
  - intros m p m' p' q k same; rewrite !score_pairs, same by assumption; reflexivity.
Qed.

Theorem rope_norm o h n b m x y : (2 * h <= n)%nat ->
  dot n (rotate o h n b m x) (rotate o h n b m x) = dot n x x /\
  dot n (rotate o h n b m x) (rotate o h n b m y) = dot n x y.
Proof.
  intros room; assert (kept : forall z, score o h n b m m x z = dot n x z).
  { intros z; rewrite score_pairs, (dot_pairs o h) by assumption; f_equal; apply sum_ext; intros i _; cbv zeta.
    rewrite Rminus_eq_0, Rmult_0_l, cos_0, sin_0; ring. }
  split; apply kept.
Qed.

Definition unit (c k : nat) : R := if k =? c then 1 else 0.

Theorem rope_sense b : 1 < b ->
  let y := rotate interleaved 2 4 b 1 in
  (y (unit 0) 0%nat = cos 1 /\ y (unit 0) 1%nat = sin 1 /\ y (unit 0) 2%nat = 0 /\ y (unit 0) 3%nat = 0) /\
  (y (unit 2) 0%nat = 0 /\ y (unit 2) 1%nat = 0 /\
   y (unit 2) 2%nat = cos (Rpower b (-1 / 2)) /\ y (unit 2) 3%nat = sin (Rpower b (-1 / 2))).
Proof.
  intros above y; assert (half : theta b 4 1 = Rpower b (-1 / 2)) by (unfold theta; f_equal; cbn [INR]; lra).
  pose proof (theta_first b 4 ltac:(lra)) as first.
  unfold y, rotate, apply, rotation, blocks, unit, identity; cbn -[theta cos sin Rpower].
  rewrite first, half, !Rmult_1_l; repeat split; lra.
Qed.

(** q is not 0 on the first pair, and 0 on all other channels. *)
Theorem rope_relative_changes o h n b q y z : irrational PI -> 1 < b -> (1 <= h)%nat -> (2 * h <= n)%nat ->
  (forall c, (c < n)%nat -> c <> place o h 0 false -> c <> place o h 0 true -> q c = 0) ->
  (q (place o h 0 false) <> 0 \/ q (place o h 0 true) <> 0) ->
  y <> z -> score o h n b (IZR y) (IZR z) q q <> score o h n b (IZR y) (IZR y) q q.
Proof.
  intros known above some room rest first other same; apply (sin_whole (y - z) known); [lia |].
  set (x s := q (place o h 0 s)); assert (size : 0 < x false * x false + x true * x true).
  { unfold x; pose proof (Rle_0_sqr (q (place o h 0 false))); pose proof (Rle_0_sqr (q (place o h 0 true))).
    unfold Rsqr in *; destruct first as [some_x | some_x]; apply Rlt_0_sqr in some_x; unfold Rsqr in *; lra. }
  assert (found : forall m p, score o h n b m p q q = (x false * x false + x true * x true) * cos (m - p)).
  { intros m p; rewrite score_pairs by assumption; rewrite (sum_zero (n - 2 * h)), (sum_one h _ 0%nat); [| lia | |].
    - cbv beta zeta; rewrite theta_first, Rmult_1_r by lra; unfold x; ring.
    - intros i below turned; cbv beta zeta.
      assert (zero : forall s, q (place o h i s) = 0).
      { intros s; pose proof (place_below o h i s below); apply rest; [lia | |];
          intros bad; apply place_injective in bad; lia. }
      rewrite !zero; ring.
    - intros c below; pose proof (place_below o h 0 false some); pose proof (place_below o h 0 true some).
      rewrite rest by lia; ring. }
  rewrite !found, Rminus_eq_0, cos_0, <- minus_IZR in same; apply Rmult_eq_reg_l in same; [| lra].
  pose proof (sin2_cos2 (IZR (y - z))) as circle; rewrite same in circle; unfold Rsqr in circle.
  apply Rsqr_0_uniq; unfold Rsqr; lra.
Qed.

Theorem rope_injective o h n b y z : irrational PI -> 1 < b -> (1 <= h)%nat -> (2 * h <= n)%nat -> y <> z ->
  exists row col, (row < n)%nat /\ (col < n)%nat /\ rotation o h b (IZR y) row col <> rotation o h b (IZR z) row col.
Proof.
  intros known above some room other; pose proof (place_below o h 0 false some); pose proof (place_below o h 0 true some).
  assert (entry : forall s m, rotation o h b m (place o h 0 s) (place o h 0 false) = turn m s false).
  { intros s m; unfold rotation; rewrite blocks_place, theta_first, Rmult_1_r by (assumption || lra); reflexivity. }
  destruct (Req_dec (cos (IZR y)) (cos (IZR z))) as [same | differ].
  - exists (place o h 0 true), (place o h 0 false); rewrite !entry; repeat split; try lia.
    exact (waves_differ y z known other same).
  - exists (place o h 0 false), (place o h 0 false); rewrite !entry; repeat split; try lia; exact differ.
Qed.

Theorem rope_frequencies b h : 1 < b -> (1 <= h)%nat -> let r := (2 * h)%nat in
  theta b r 0 = 1 /\
  (forall i, theta b r (S i) = Rpower b (-2 / INR r) * theta b r i) /\
  theta b r (h - 1) = Rpower b (2 / INR r - 1).
Proof.
  intros above some r; assert (positive : 0 < INR r) by (apply lt_0_INR; lia).
  split; [apply theta_first; lra |]; split.
  - intros i; unfold theta; rewrite <- Rpower_plus; f_equal; rewrite S_INR; field; lra.
  - unfold theta; f_equal; rewrite minus_INR by assumption; unfold r in *; rewrite mult_INR in *; cbn [INR] in *;
    field; lra.
Qed.

Theorem rope_pairing o h c : (c < 2 * h)%nat ->
  exists i s, ((i < h)%nat /\ place o h i s = c) /\ forall j t, (j < h)%nat -> place o h j t = c -> j = i /\ t = s.
Proof.
  intros inside; exists (pair_of o h c), (side_of o h c); split.
  - split; [apply pair_below | apply place_pair]; assumption.
  - intros j t below <-; rewrite pair_place, side_place by assumption; split; reflexivity.
Qed.

Theorem rope_blocks o h b m i j s t : (i < h)%nat -> (j < h)%nat ->
  rotation o h b m (place o h i s) (place o h j t) = if i =? j then turn (m * theta b (2 * h) i) s t else 0.
Proof. apply blocks_place. Qed.

Lemma rotate_permuted o o' h n b m x row : (2 * h <= n)%nat -> (row < n)%nat ->
  rotate o' h n b m (apply n (permutation o o' h) x) row = apply n (permutation o o' h) (rotate o h n b m x) row.
Proof.
  intros room; revert row; apply (channel_cases o' h n).
  - intros i s inside; rewrite apply_permutation by assumption.
    unfold rotate, rotation; rewrite !apply_pair by assumption.
    unfold act; rewrite !apply_permutation by assumption; reflexivity.
  - intros c beyond; rewrite apply_permutation_rest by assumption.
    unfold rotate, rotation; rewrite !apply_rest by assumption.
    apply apply_permutation_rest; assumption.
Qed.

(** One permutation for all positions: every entry is 0 or 1, and it undoes its transpose. *)
Theorem rope_layouts h n b : (2 * h <= n)%nat -> exists P : nat -> nat -> R,
  (forall row col, (row < n)%nat -> (col < n)%nat ->
    mul n P (transpose P) row col = identity row col /\ (P row col = 0 \/ P row col = 1)) /\
  (forall m row col, (row < n)%nat -> (col < n)%nat ->
    rotation halves h b m row col = mul n P (mul n (rotation interleaved h b m) (transpose P)) row col).
Proof.
  intros room; exists (permutation interleaved halves h); split.
  - intros row col first second; split.
    + apply permutation_orthogonal; assumption.
    + unfold permutation, identity; destruct (col <? 2 * h);
      match goal with |- context [?c =? ?d] => destruct (c =? d) end; auto.
  - intros m row col first second; rewrite conjugated; unfold rotation.
    revert row first; apply (channel_cases halves h n).
    + intros i s inside; rewrite apply_permutation by assumption; revert col second; apply (channel_cases halves h n).
      * intros j t other; rewrite apply_permutation, !blocks_place by assumption; reflexivity.
      * intros col beyond; rewrite apply_permutation_rest by assumption; rewrite !blocks_rest by lia; unfold identity.
        pose proof (place_below halves h i s inside); pose proof (place_below interleaved h i s inside).
        repeat match goal with |- context [?c =? ?d] => destruct (Nat.eqb_spec c d) end; try lia; reflexivity.
    + intros row beyond; rewrite apply_permutation_rest by assumption; revert col second;
      apply (channel_cases halves h n).
      * intros j t other; rewrite apply_permutation by assumption; rewrite !blocks_rest by lia; unfold identity.
        pose proof (place_below halves h j t other); pose proof (place_below interleaved h j t other).
        repeat match goal with |- context [?c =? ?d] => destruct (Nat.eqb_spec c d) end; try lia; reflexivity.
      * intros col other; rewrite apply_permutation_rest by assumption; rewrite !blocks_rest by lia; reflexivity.
Qed.

(** W and U take an input x, y of e channels to queries and keys. *)
Theorem rope_weights h n b : (2 * h <= n)%nat -> let P := permutation interleaved halves h in
  (forall m p e W U x y,
    score halves h n b m p (apply e (mul n P W) x) (apply e (mul n P U) y) =
    score interleaved h n b m p (apply e W x) (apply e U y)) /\
  ((2 <= h)%nat -> exists m p q k, score halves h n b m p (apply n P q) k <> score interleaved h n b m p q k).
Proof.
  intros room P; split.
  - intros m p e W U x y; unfold score.
    assert (moved : forall t V z row, (row < n)%nat -> rotate halves h n b t (apply e (mul n P V) z) row =
      apply n P (rotate interleaved h n b t (apply e V z)) row).
    { intros t V z row inside; unfold P; rewrite <- rotate_permuted by assumption.
      apply sum_ext; intros k _; f_equal; apply mul_apply. }
    rewrite <- (permutation_keeps interleaved halves h n (rotate interleaved h n b m _)) by assumption.
    unfold score, dot; apply sum_ext; intros c inside; rewrite !moved by assumption; reflexivity.
  - intros more; exists 0, 0, (unit 1), (unit 1).
    assert (still : forall o q k, score o h n b 0 0 q k = dot n q k).
    { intros o q k; rewrite score_pairs, (dot_pairs o h) by assumption; f_equal; apply sum_ext; intros i _; cbv zeta.
      rewrite Rminus_eq_0, Rmult_0_l, cos_0, sin_0; ring. }
    rewrite !still; unfold dot; rewrite (sum_zero n), (sum_one n _ 1%nat); [unfold unit; cbn; lra | lia | |].
    + intros k _ other; unfold unit; destruct (Nat.eqb_spec k 1); [contradiction | lra].
    + intros k below; unfold unit at 2; destruct (Nat.eqb_spec k 1) as [-> | _]; [| lra].
      pose proof (apply_permutation interleaved halves h n (unit 1) 1 false ltac:(lia) room) as moved.
      cbn -[permutation apply] in moved; unfold P; rewrite moved; lra.
Qed.

(** The complex form, on pairs (real, imaginary), and the generator J of the exponential form exp(aJ). *)
Definition times (z w : R * R) : R * R := (fst z * fst w - snd z * snd w, fst z * snd w + snd z * fst w).
Definition J (row col : bool) : R := match row, col with false, true => -1 | true, false => 1 | _, _ => 0 end.

(** exp(aJ) is the one solution of R' = J R with R(0) = I. *)
Theorem rope_forms o h n b m x i : (i < h)%nat -> (2 * h <= n)%nat ->
  let a := m * theta b (2 * h) i in let u := x (place o h i false) in let v := x (place o h i true) in
  let y s := rotate o h n b m x (place o h i s) in
  (y false = u * cos a - v * sin a /\ y true = v * cos a + u * sin a) /\
  (y false, y true) = times (u, v) (cos a, sin a) /\
  (forall t s s', derivable_pt_lim (fun t => turn t s s') t (product J (turn t) s s')) /\
  (forall s s', turn 0 s s' = if Bool.eqb s s' then 1 else 0).
Proof.
  intros inside room a u v y.
  assert (element : y false = u * cos a - v * sin a /\ y true = v * cos a + u * sin a).
  { unfold y, rotate, rotation; rewrite !apply_pair by assumption; unfold act; cbn [turn]; fold a u v; split; lra. }
  split; [exact element |]; destruct element as [-> ->]; split; [unfold times; cbn [fst snd]; f_equal; lra |].
  split; [intros t s s' | intros; apply turn_zero; reflexivity].
  destruct s, s'; unfold product, act; cbn [J turn].
  - replace (1 * - sin t + 0 * cos t) with (- sin t) by lra; apply derivable_pt_lim_cos.
  - replace (1 * cos t + 0 * sin t) with (cos t) by lra; apply derivable_pt_lim_sin.
  - replace (0 * - sin t + -1 * cos t) with (- cos t) by lra; apply (derivable_pt_lim_opp sin), derivable_pt_lim_sin.
  - replace (0 * cos t + -1 * sin t) with (- sin t) by lra; apply derivable_pt_lim_cos.
Qed.

Theorem rope_partial o h n b m x c : (2 * h <= n)%nat ->
  ((2 * h <= c < n)%nat -> rotate o h n b m x c = x c) /\
  ((c < 2 * h)%nat -> rotate o h n b m x c = rotate o h (2 * h) b m x c).
Proof.
  intros room; split; [apply apply_rest |].
  intros inside; rewrite <- (place_pair o h c inside); unfold rotate, rotation.
  rewrite !apply_pair by (try apply pair_below; lia); reflexivity.
Qed.

(** Refuted: the score at distance m - p is not that at p - m. For q = k it is. *)
Theorem rope_symmetric o h n b : (1 <= h)%nat -> (2 * h <= n)%nat -> 1 < b ->
  ~ (forall m p q k, score o h n b m p q k = score o h n b p m q k) /\
  (forall m p q, score o h n b m p q q = score o h n b p m q q).
Proof.
  intros some room above; split.
  - intros same; specialize (same 1 0 (unit (place o h 0 false)) (unit (place o h 0 true))).
    pose proof (place_below o h 0 false ltac:(lia)); pose proof (place_below o h 0 true ltac:(lia)).
    assert (apart : place o h 0 false <> place o h 0 true)
      by (intros bad; apply place_injective in bad; [destruct bad; discriminate | lia | lia]).
    assert (found : forall m p, score o h n b m p (unit (place o h 0 false)) (unit (place o h 0 true)) = sin (m - p)).
    { intros m p; rewrite score_pairs by assumption.
      rewrite (sum_zero (n - 2 * h)), (sum_one h _ 0%nat); [| lia | |]; unfold unit; cbv zeta.
      - rewrite !Nat.eqb_refl, (theta_first b) by lra.
        destruct (Nat.eqb_spec (place o h 0 false) (place o h 0 true)); [contradiction |].
        destruct (Nat.eqb_spec (place o h 0 true) (place o h 0 false)); [congruence |];
          replace ((m - p) * 1) with (m - p) by lra; ring.
      - intros i below other.
        repeat match goal with |- context [?c =? ?d] => destruct (Nat.eqb_spec c d) as [bad | _] end;
        try (apply place_injective in bad; [lia | assumption | lia]); lra.
      - intros c _; destruct (Nat.eqb_spec (2 * h + c) (place o h 0 false)); [lia | lra]. }
    rewrite !found in same; replace (0 - 1) with (- (1)) in same by lra; replace (1 - 0) with 1 in same by lra.
    rewrite sin_neg in same; assert (0 < sin 1) by (apply sin_gt_0; pose proof PI2_3_2; lra); lra.
  - intros m p q; rewrite !score_pairs by assumption; f_equal; apply sum_ext; intros i _; cbv zeta.
    replace ((p - m) * theta b (2 * h) i) with (- ((m - p) * theta b (2 * h) i)) by lra.
    rewrite cos_neg, sin_neg; ring.
Qed.
