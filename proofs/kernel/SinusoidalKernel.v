(** Sinusoidal positional encoding. The claims are those of spec/sinusoidal/claims.toml: sinusoidal_NAME is claim NAME.

    Pair i of d = 2h channels holds sin(p w_i) and cos(p w_i), w_i = base^(-2i/d); any w where base is not named. *)

Require Import Reals Lra Lia Bool Arith ZArith.
From Posenc Require Import Pairs.
Open Scope R_scope.

Definition omega (b : R) (d i : nat) : R := Rpower b (-2 * INR i / INR d).

Definition wave (a : R) (side : bool) : R := if side then cos a else sin a.

(** The row of position p, and the matrix of the shift by k. *)
Definition row (o : order) (h : nat) (w : nat -> R) (p : R) (c : nat) : R :=
  wave (p * w (pair_of o h c)) (side_of o h c).

Definition turn (a : R) (s t : bool) : R :=
  match s, t with
  | false, false => cos a
  | false, true => sin a
  | true, false => - sin a
  | true, true => cos a
  end.
Definition shift (o : order) (h : nat) (w : nat -> R) (k : R) : nat -> nat -> R := blocks o h (fun i => turn (k * w i)).

Lemma row_place o h w p i s : (i < h)%nat -> row o h w p (place o h i s) = wave (p * w i) s.
Proof. intros; unfold row; rewrite pair_place, side_place by assumption; reflexivity. Qed.

Lemma dot_rows o h w m n : dot (2 * h) (row o h w m) (row o h w n) = sum h (fun i => cos ((m - n) * w i)).
Proof.
  rewrite (dot_pairs o h) by lia; rewrite Nat.sub_diag; cbn [sum]; rewrite Rplus_0_r; apply sum_ext; intros i below.
  rewrite !row_place by assumption; cbn [wave]; rewrite Rmult_minus_distr_r, cos_minus; lra.
Qed.

Lemma omega_positive b d i : 0 < omega b d i.
Proof. apply exp_pos. Qed.

Lemma omega_first b d : 0 < b -> omega b d 0 = 1.
Proof.
  intros; unfold omega; cbn [INR]; replace (-2 * 0 / INR d) with 0 by (unfold Rdiv; lra).
  apply Rpower_O; assumption.
Qed.

Lemma omega_next b d i : (0 < d)%nat -> omega b d (S i) = Rpower b (-2 / INR d) * omega b d i.
Proof.
  intros some; assert (0 < INR d) by (apply lt_0_INR; assumption).
  unfold omega; rewrite <- Rpower_plus; f_equal; rewrite S_INR; field; lra.
Qed.

Lemma omega_falls b d i : 1 < b -> (0 < d)%nat -> omega b d (S i) < omega b d i.
Proof.
  intros above some; assert (0 < INR d) by (apply lt_0_INR; assumption); apply Rpower_lt; [assumption |].
  rewrite S_INR; apply Rmult_lt_compat_r; [apply Rinv_0_lt_compat; assumption | lra].
Qed.

Lemma omega_last b h : (1 <= h)%nat -> omega b (2 * h) (h - 1) = Rpower b (2 / INR (2 * h) - 1).
Proof.
  intros some; assert (positive : 0 < INR (2 * h)) by (apply lt_0_INR; lia).
  unfold omega; f_equal; rewrite minus_INR by assumption; rewrite mult_INR in *; cbn [INR] in *; field; lra.
Qed.

Lemma omega_one b d i : 1 < b -> (0 < d)%nat -> omega b d i <= 1.
Proof.
  intros above some; induction i as [| i IH]; [rewrite omega_first; lra |].
  pose proof (omega_falls b d i above some); lra.
Qed.

Theorem sinusoidal_anchor b h i : 1 < b -> (i < h)%nat ->
  (row interleaved h (omega b (2 * h)) 0 (2 * i) = 0 /\ row interleaved h (omega b (2 * h)) 0 (2 * i + 1) = 1) /\
  (let y := row interleaved 2 (omega b 4) 1 in
   y 0%nat = sin 1 /\ y 1%nat = cos 1 /\ y 2%nat = sin (Rpower b (-1 / 2)) /\ y 3%nat = cos (Rpower b (-1 / 2))).
Proof.
  intros above inside; split.
  - pose proof (row_place interleaved h (omega b (2 * h)) 0 i false inside) as first.
    pose proof (row_place interleaved h (omega b (2 * h)) 0 i true inside) as second.
    unfold place in first, second; cbn [Nat.b2n wave] in first, second; rewrite Nat.add_0_r in first.
    rewrite first, second, Rmult_0_l, sin_0, cos_0; split; reflexivity.
  - assert (half : omega b 4 1 = Rpower b (-1 / 2)) by (unfold omega; f_equal; cbn [INR]; lra).
    pose proof (omega_first b 4 ltac:(lra)) as one; unfold row; cbn -[omega sin cos Rpower].
    rewrite one, half, !Rmult_1_l; repeat split; reflexivity.
Qed.

(** M(k) is the same for all p. *)
Theorem sinusoidal_shift_linear o h w k : exists M : nat -> nat -> R,
  forall p c, (c < 2 * h)%nat -> row o h w (p + k) c = apply (2 * h) M (row o h w p) c.
Proof.
  exists (shift o h w k); intros p c inside; rewrite <- (place_pair o h c inside).
  apply pair_below with (o := o) in inside.
  unfold shift; rewrite apply_pair by (assumption || lia); rewrite row_place by assumption.
  unfold act; rewrite !row_place, Rmult_plus_distr_r by assumption.
  destruct (side_of o h c); cbn; rewrite ?sin_plus, ?cos_plus; lra.
Qed.

Theorem sinusoidal_shift_group o h w k s r c : (r < 2 * h)%nat -> (c < 2 * h)%nat ->
  mul (2 * h) (transpose (shift o h w k)) (shift o h w k) r c = identity r c /\
  mul (2 * h) (shift o h w k) (shift o h w s) r c = shift o h w (k + s) r c /\
  shift o h w 0 r c = identity r c.
Proof.
  intros first second.
  assert (start : shift o h w 0 r c = identity r c).
  { apply blocks_identity; intros i t u _; rewrite Rmult_0_l; destruct t, u; cbn; rewrite ?cos_0, ?sin_0; lra. }
  assert (joined : forall k s, mul (2 * h) (shift o h w k) (shift o h w s) r c = shift o h w (k + s) r c).
  { intros x y; unfold shift; rewrite blocks_mul by (assumption || lia); apply blocks_ext; intros i t u _.
    unfold product, act; rewrite Rmult_plus_distr_r; destruct t, u; cbn; rewrite ?cos_plus, ?sin_plus; lra. }
  split; [| split; [apply joined | exact start]].
  rewrite <- start, <- (Rplus_opp_l k), <- joined; apply sum_ext; intros j _; f_equal.
  unfold shift; rewrite blocks_transpose; apply blocks_ext; intros i t u _.
  replace (- k * w i) with (- (k * w i)) by lra; destruct t, u; cbn; rewrite ?cos_neg, ?sin_neg; lra.
Qed.

(** Refuted: d = 2h + 1 channels, of h + 1 interleaved pairs without the last cosine; no matrix does it at d = 1. *)
Theorem sinusoidal_shift_odd b : 1 < b ->
  ~ (forall h k, exists M : nat -> nat -> R, forall p c, (c < 2 * h + 1)%nat ->
      row interleaved (S h) (omega b (2 * h + 1)) (p + k) c =
      apply (2 * h + 1) M (row interleaved (S h) (omega b (2 * h + 1)) p) c).
Proof.
  intros above linear; destruct (linear 0%nat 1) as [M same]; specialize (same 0 0%nat ltac:(lia)).
  unfold apply, row in same; cbn -[omega sin cos] in same; rewrite omega_first in same by lra.
  rewrite Rmult_0_l, sin_0, Rplus_0_l, Rmult_1_l in same.
  assert (0 < sin 1) by (apply sin_gt_0; pose proof PI2_3_2; lra); lra.
Qed.

Theorem sinusoidal_dot_relative o h w m n :
  dot (2 * h) (row o h w m) (row o h w n) = sum h (fun i => cos ((m - n) * w i)) /\
  (forall m' n', m - n = m' - n' ->
    dot (2 * h) (row o h w m) (row o h w n) = dot (2 * h) (row o h w m') (row o h w n')) /\
  dot (2 * h) (row o h w m) (row o h w n) = dot (2 * h) (row o h w n) (row o h w m).
Proof.
  split; [apply dot_rows | split].
  - intros m' n' same; rewrite !dot_rows, same; reflexivity.
  - unfold dot; apply sum_ext; intros; lra.
Qed.

Theorem sinusoidal_norm o h w p : dot (2 * h) (row o h w p) (row o h w p) = INR (2 * h) / 2.
Proof.
  rewrite dot_rows, (sum_ext h _ (fun _ => 1)).
  - rewrite sum_const, mult_INR; cbn [INR]; lra.
  - intros i _; rewrite Rminus_eq_0, Rmult_0_l; apply cos_0.
Qed.

Theorem sinusoidal_injective o h b y z : irrational PI -> 1 < b -> (1 <= h)%nat -> y <> z ->
  exists c, (c < 2 * h)%nat /\ row o h (omega b (2 * h)) (IZR y) c <> row o h (omega b (2 * h)) (IZR z) c.
Proof.
  intros known above some other; destruct (Req_dec (cos (IZR y)) (cos (IZR z))) as [same | differ];
    [exists (place o h 0 false) | exists (place o h 0 true)]; (split; [apply place_below; lia |]);
    rewrite !row_place, omega_first, !Rmult_1_r by (lia || lra); cbn [wave]; [| exact differ].
  exact (waves_differ y z known other same).
Qed.

Theorem sinusoidal_frequencies b h : 1 < b -> (1 <= h)%nat -> let d := (2 * h)%nat in
  omega b d 0 = 1 /\
  (forall i, omega b d (S i) = Rpower b (-2 / INR d) * omega b d i) /\
  omega b d (h - 1) = Rpower b (2 / INR d - 1) /\
  (forall i, omega b d (S i) < omega b d i) /\
  (forall i, 0 < omega b d i <= 1).
Proof.
  intros above some d; repeat split; try (apply omega_first; lra); try (apply omega_last; assumption); intros;
    [apply omega_next | apply omega_falls | apply omega_positive | apply omega_one]; unfold d; try assumption; lia.
Qed.

(** The wavelength of w is 2 pi / w, in tokens. *)
Definition wavelength (w : R) : R := 2 * PI / w.

Theorem sinusoidal_wavelengths b h : 1 < b -> (1 <= h)%nat -> let d := (2 * h)%nat in
  wavelength (omega b d 0) = 2 * PI /\
  (forall i, wavelength (omega b d (S i)) = Rpower b (2 / INR d) * wavelength (omega b d i)) /\
  wavelength (omega b d (h - 1)) = 2 * PI * Rpower b (1 - 2 / INR d).
Proof.
  intros above some d; unfold wavelength; split; [rewrite omega_first by lra; lra | split].
  - intros i; rewrite omega_next by (unfold d; lia).
    replace (-2 / INR d) with (- (2 / INR d)) by (unfold Rdiv; lra); rewrite Rpower_Ropp.
    pose proof (omega_positive b d i); assert (0 < Rpower b (2 / INR d)) by apply exp_pos; field; lra.
  - unfold d; rewrite omega_last by assumption; fold d.
    replace (2 / INR d - 1) with (- (1 - 2 / INR d)) by lra; rewrite Rpower_Ropp.
    assert (0 < Rpower b (1 - 2 / INR d)) by apply exp_pos; field; lra.
Qed.

(** Refuted: the last wavelength falls short of base * 2 pi, at every d. *)
Theorem sinusoidal_last_wavelength h : (1 <= h)%nat ->
  wavelength (omega 10000 (2 * h) (h - 1)) = 2 * PI * Rpower 10000 (1 - 2 / INR (2 * h)) /\
  wavelength (omega 10000 (2 * h) (h - 1)) < 10000 * (2 * PI).
Proof.
  intros some; destruct (sinusoidal_wavelengths 10000 h ltac:(lra) some) as [_ [_ last]].
  split; [exact last | rewrite last; rewrite (Rmult_comm 10000)].
  assert (0 < INR (2 * h)) by (apply lt_0_INR; lia); assert (0 < 2 / INR (2 * h)) by (apply Rdiv_lt_0_compat; lra).
  apply Rmult_lt_compat_l; [pose proof PI_RGT_0; lra |].
  apply Rlt_le_trans with (Rpower 10000 1); [apply Rpower_lt; lra | rewrite Rpower_1; lra].
Qed.

(** Each order covers every channel once, and is any other with its channels permuted. *)
Theorem sinusoidal_orders o o' h c : (c < 2 * h)%nat ->
  (exists i s, ((i < h)%nat /\ place o h i s = c) /\ forall j t, (j < h)%nat -> place o h j t = c -> j = i /\ t = s) /\
  (forall w p, row o' h w p c = apply (2 * h) (permutation o o' h) (row o h w p) c).
Proof.
  intros inside; split.
  - exists (pair_of o h c), (side_of o h c); split; [split; [apply pair_below | apply place_pair]; assumption |].
    intros j t below <-; rewrite pair_place, side_place by assumption; split; reflexivity.
  - intros w p; pose proof (pair_below o' h c inside); rewrite <- (place_pair o' h c inside).
    rewrite apply_permutation, !row_place by (assumption || lia); reflexivity.
Qed.

Theorem sinusoidal_power_form b h p j : 1 < b -> (j < 2 * h)%nat -> let c := 1 / b in let d := INR (2 * h) in
  row interleaved h (omega b (2 * h)) p j =
  if Nat.even j then sin (p * Rpower c (INR j / d)) else cos (p * Rpower c ((INR j - 1) / d)).
Proof.
  intros above inside c d; assert (power : forall e, Rpower c e = Rpower b (- e)).
  { intros e; unfold c, Rpower; f_equal; unfold Rdiv; rewrite Rmult_1_l, ln_Rinv by lra; lra. }
  pose proof (Nat.div2_odd j) as parts; unfold row, omega, pair_of, side_of; fold d; rewrite !power, <- Nat.negb_odd.
  apply (f_equal INR) in parts; rewrite plus_INR, mult_INR in parts; cbn [INR] in parts.
  destruct (Nat.odd j); cbn [negb wave Nat.b2n INR] in *; do 3 f_equal; unfold Rdiv; rewrite parts; ring.
Qed.

Theorem sinusoidal_start o h w s : exists M : nat -> nat -> R,
  (forall r c, (r < 2 * h)%nat -> (c < 2 * h)%nat -> mul (2 * h) (transpose M) M r c = identity r c) /\
  (forall p c, (c < 2 * h)%nat -> row o h w (p + s) c = apply (2 * h) M (row o h w p) c) /\
  (forall m n, dot (2 * h) (row o h w (m + s)) (row o h w (n + s)) = dot (2 * h) (row o h w m) (row o h w n)).
Proof.
  exists (shift o h w s); split; [| split].
  - intros r c first second; apply (sinusoidal_shift_group o h w s 0); assumption.
  - intros p c inside; rewrite <- (place_pair o h c inside); apply pair_below with (o := o) in inside.
    unfold shift; rewrite apply_pair by (assumption || lia); rewrite row_place by assumption.
    unfold act; rewrite !row_place, Rmult_plus_distr_r by assumption.
    destruct (side_of o h c); cbn; rewrite ?sin_plus, ?cos_plus; lra.
  - intros m n; rewrite !dot_rows; replace (m + s - (n + s)) with (m - n) by lra; reflexivity.
Qed.

(** Refuted: no channel counts the positions 0 ... 9, since all entries lie within 1 of 0. *)
Theorem sinusoidal_counting o h w :
  (forall p c, -1 <= row o h w p c <= 1) /\
  ~ (exists c, forall p, (p < 10)%nat -> row o h w (INR p) c = INR p).
Proof.
  assert (within : forall p c, -1 <= row o h w p c <= 1).
  { intros p c; unfold row, wave; destruct (side_of o h c); [apply COS_bound | apply SIN_bound]. }
  split; [exact within |]; intros [c counts]; specialize (counts 9%nat ltac:(lia)).
  pose proof (within (INR 9) c) as bound; rewrite counts in bound; cbn [INR] in bound; lra.
Qed.

(** The distance that one step moves pair i. *)
Definition move (o : order) (h : nat) (w : nat -> R) (p : R) (i : nat) : R :=
  let d s := row o h w (p + 1) (place o h i s) - row o h w p (place o h i s) in
  sqrt (d false * d false + d true * d true).

Theorem sinusoidal_step o b h : 1 < b -> let w := omega b (2 * h) in
  (forall p i, (i < h)%nat -> move o h w p i = 2 * sin (w i / 2)) /\
  (forall p i, (S i < h)%nat -> move o h w p (S i) < move o h w p i).
Proof.
  intros above w; assert (moves : forall p i, (i < h)%nat -> move o h w p i = 2 * sin (w i / 2)).
  { intros p i below; unfold move; cbv zeta; rewrite !row_place by assumption; cbn [wave].
    pose proof (omega_positive b (2 * h) i); pose proof (omega_one b (2 * h) i above ltac:(lia)).
    rewrite <- (sqrt_Rsqr (2 * sin (w i / 2))).
    - f_equal; replace ((p + 1) * w i) with (p * w i + (w i / 2 + w i / 2)) by lra.
      rewrite !(sin_plus (p * w i)), !(cos_plus (p * w i)), sin_plus, cos_plus.
      pose proof (sin2_cos2 (w i / 2)) as circle; pose proof (sin2_cos2 (p * w i)) as other; unfold Rsqr in *.
      set (s := sin (w i / 2)) in *; set (c := cos (w i / 2)) in *.
      set (x := sin (p * w i)) in *; set (y := cos (p * w i)) in *.
      replace (c * c) with (1 - s * s) by lra.
      transitivity (4 * (x * x + y * y) * (s * s) * (s * s + c * c)); [ring | rewrite circle, other; ring].
    - assert (0 < sin (w i / 2)) by (apply sin_gt_0; unfold w in *; pose proof PI2_3_2; lra); lra. }
  split; [exact moves |]; intros p i below; rewrite !moves by lia.
  pose proof (omega_positive b (2 * h) (S i)); pose proof (omega_one b (2 * h) i above ltac:(lia)).
  pose proof (omega_falls b (2 * h) i above ltac:(lia)); unfold w in *; pose proof PI2_3_2.
  assert (sin (omega b (2 * h) (S i) / 2) < sin (omega b (2 * h) i / 2)) by (apply sin_increasing_1; lra); lra.
Qed.

(** Refuted: with J on pair 0 between them, rows tell (0, 1) from (1, 0). *)
Definition between (d : nat) (x : nat -> R) (A : nat -> nat -> R) (y : nat -> R) : R := dot d x (apply d A y).

Theorem sinusoidal_undirected o b h : 1 < b -> (1 <= h)%nat -> let y := row o h (omega b (2 * h)) in
  ~ (forall A m n, between (2 * h) (y m) A (y n) = between (2 * h) (y n) A (y m)).
Proof.
  intros above some y same.
  pose (J := blocks o h (fun i s t => if (i =? 0)%nat then
    match s, t with false, true => 1 | true, false => -1 | _, _ => 0 end else 0)).
  assert (found : forall m n, between (2 * h) (y m) J (y n) = sin (m - n)).
  { intros m n; unfold between; rewrite (dot_pairs o h) by lia; rewrite Nat.sub_diag; cbn [sum]; rewrite Rplus_0_r.
    rewrite (sum_one h _ 0%nat); [| lia |]; unfold J, y.
    - rewrite !apply_pair by lia; unfold act; cbn [Nat.eqb]; rewrite !row_place by lia; cbn [wave].
      rewrite omega_first by lra; rewrite !Rmult_1_r, sin_minus; lra.
    - intros i below other; rewrite !apply_pair by lia; unfold act; destruct (Nat.eqb_spec i 0);
      [contradiction | lra]. }
  specialize (same J 1 0); rewrite !found in same.
  replace (0 - 1) with (- (1)) in same by lra; replace (1 - 0) with 1 in same by lra; rewrite sin_neg in same.
  assert (0 < sin 1) by (apply sin_gt_0; pose proof PI2_3_2; lra); lra.
Qed.

(** Refuted: from d = 4 on the base 100000 gives another table than the paper's 10000, on every pair but the first. *)
Theorem sinusoidal_typed_base o h : (2 <= h)%nat ->
  ~ (forall p c, (c < 2 * h)%nat -> row o h (omega 100000 (2 * h)) p c = row o h (omega 10000 (2 * h)) p c) /\
  (forall i, (1 <= i < h)%nat -> omega 100000 (2 * h) i < omega 10000 (2 * h) i).
Proof.
  intros more; assert (slower : forall i, (1 <= i < h)%nat -> omega 100000 (2 * h) i < omega 10000 (2 * h) i).
  { intros i inside; assert (0 < INR (2 * h)) by (apply lt_0_INR; lia); assert (0 < INR i) by (apply lt_0_INR; lia).
    unfold omega, Rpower; apply exp_increasing; assert (ln 10000 < ln 100000) by (apply ln_increasing; lra).
    replace (-2 * INR i / INR (2 * h)) with (- (2 * INR i / INR (2 * h))) by (unfold Rdiv; lra).
    assert (0 < 2 * INR i / INR (2 * h)) by (apply Rdiv_lt_0_compat; lra).
    rewrite !Ropp_mult_distr_l_reverse; apply Ropp_lt_contravar, Rmult_lt_compat_l; assumption. }
  split; [intros same | exact slower].
  specialize (same 1 (place o h 1 false) (place_below o h 1 false ltac:(lia))); rewrite !row_place in same by lia.
  cbn [wave] in same; rewrite !Rmult_1_l in same; specialize (slower 1%nat ltac:(lia)).
  pose proof (omega_positive 100000 (2 * h) 1); pose proof (omega_one 10000 (2 * h) 1 ltac:(lra) ltac:(lia)).
  pose proof PI2_3_2; assert (sin (omega 100000 (2 * h) 1) < sin (omega 10000 (2 * h) 1)) by (apply
    sin_increasing_1; lra); lra.
Qed.
