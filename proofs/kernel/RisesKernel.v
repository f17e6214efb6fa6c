(** Where the scores of rope and the dot products of sinusoidal rows rise first. The claims are those of
    spec/rope/claims.toml and spec/sinusoidal/claims.toml.

    Sums of cosines are enclosed by the interval library on Coq's own integers, and the kernel computes them: no
    machine number is used, and of the library nothing but what it has proved. *)

Require Import Reals Lra Lia List Bool ZArith.
From Posenc Require Import Pairs RopeKernel SinusoidalKernel.
From Interval Require Import Float.Specific_ops Float.Specific_stdz Interval.Interval Interval.Float_full Real.Xreal.
Import ListNotations.
Open Scope R_scope.

Module F := SpecificFloat StdZRadix2.
Module I := FloatIntervalFull F.

Definition bits : F.precision := F.PtoP 24.

Definition holds (a : I.type) (x : R) : Prop := contains (I.convert a) (Xreal x).

Definition rate (h i : nat) : R := Rpower 10000 (-2 * INR i / INR (2 * h)).
Definition rate_within (h i : nat) : I.type :=
  I.exp bits (I.mul bits (I.div bits (I.fromZ bits (- 2 * Z.of_nat i)) (I.fromZ bits (Z.of_nat (2 * h))))
    (I.ln bits (I.fromZ bits 10000))).

Definition cosines (h t : nat) : R := sum h (fun i => cos (INR t * rate h i)).
Definition sum_within (rates : list I.type) (t : nat) : I.type :=
  fold_left (fun total a => I.add bits total (I.cos bits (I.mul bits (I.fromZ bits (Z.of_nat t)) a))) rates
    (I.fromZ bits 0).

Lemma holds_integer n : holds (I.fromZ bits n) (IZR n).
Proof. apply I.fromZ_correct. Qed.

Lemma holds_rate h i : (0 < h)%nat -> holds (rate_within h i) (rate h i).
Proof.
  intros some; unfold rate, Rpower, rate_within, holds.
  assert (0 < INR (2 * h)) by (apply lt_0_INR; lia).
  replace (Xreal (exp (-2 * INR i / INR (2 * h) * ln 10000))) with
    (Xexp (Xmul (Xdiv (Xreal (IZR (- 2 * Z.of_nat i))) (Xreal (IZR (Z.of_nat (2 * h))))) (Xln (Xreal 10000)))).
  - apply I.exp_correct, I.mul_correct; [apply I.div_correct; apply holds_integer |].
    apply I.ln_correct, (holds_integer 10000).
  - cbn [Xbind Xbind2]; unfold Xln', Xdiv'; rewrite mult_IZR, <- !INR_IZR_INZ.
    rewrite is_positive_true, is_zero_false by lra; reflexivity.
Qed.

Lemma holds_sum h n t : (0 < h)%nat ->
  holds (sum_within (map (rate_within h) (seq 0 n)) t) (sum n (fun i => cos (INR t * rate h i))).
Proof.
  intros some; induction n as [| n IH]; [apply (holds_integer 0) |].
  unfold sum_within in *; rewrite seq_S, map_app, fold_left_app; cbn [map fold_left sum plus].
  change (Xreal (?a + ?b)) with (Xadd (Xreal a) (Xreal b)).
  apply (I.add_correct bits _ _ (Xreal _) (Xreal _)); [exact IH |].
  apply (I.cos_correct bits _ (Xreal _)), (I.mul_correct bits _ _ (Xreal _) (Xreal _)); 
    [| apply holds_rate; assumption].
  rewrite INR_IZR_INZ; apply holds_integer.
Qed.

Definition less (a b : I.type) : bool := match I.sign_strict (I.sub bits a b) with Xlt => true | _ => false end.

Lemma less_holds a b x y : holds a x -> holds b y -> less a b = true -> x < y.
Proof.
  intros one other; unfold less; pose proof (I.sign_strict_correct (I.sub bits a b)) as sign.
  destruct (I.sign_strict (I.sub bits a b)); try discriminate; intros _.
  specialize (sign (Xreal (x - y)) (I.sub_correct bits _ _ (Xreal x) (Xreal y) one other)); cbn in sign; lra.
Qed.

Definition rises_first (f : nat -> R) (k : nat) : Prop := (forall t, (t < k)%nat -> f (S t) < f t) /\ f k < f (S k).

(** Enclosures of (cos a, sin a); a step of distance adds the angle of distance 1. *)
Definition holds_wave (w : I.type * I.type) (a : R) : Prop := holds (fst w) (cos a) /\ holds (snd w) (sin a).

Definition spin (one now : I.type * I.type) : I.type * I.type :=
  (I.sub bits (I.mul bits (fst one) (fst now)) (I.mul bits (snd one) (snd now)),
   I.add bits (I.mul bits (snd one) (fst now)) (I.mul bits (fst one) (snd now))).

Lemma spin_holds one now a c : holds_wave one a -> holds_wave now c -> holds_wave (spin one now) (a + c).
Proof.
  intros [cos_a sin_a] [cos_c sin_c]; unfold holds_wave, spin; cbn [fst snd]; rewrite cos_plus, sin_plus; split.
  - apply (I.sub_correct bits _ _ (Xreal _) (Xreal _)); apply (I.mul_correct bits _ _ (Xreal _) (Xreal _)); assumption.
  - apply (I.add_correct bits _ _ (Xreal _) (Xreal _)); apply (I.mul_correct bits _ _ (Xreal _) (Xreal _)); assumption.
Qed.

(** A pair's wave at distance 1 and at the distance reached; the sums of cosines at the next n distances. *)
Definition state : Type := ((I.type * I.type) * (I.type * I.type))%type.
Definition next (x : state) : state := (fst x, spin (fst x) (snd x)).
Definition total (xs : list state) : I.type := fold_left (fun t x => I.add bits t (fst (snd x))) xs (I.fromZ bits 0).
Fixpoint sums_from (n : nat) (xs : list state) : list I.type :=
  match n with
  | O => []
  | S k => total xs :: sums_from k (map next xs)
  end.

Definition start (h i : nat) : state :=
  let a := rate_within h i in ((I.cos bits a, I.sin bits a), (I.fromZ bits 1, I.fromZ bits 0)).

Definition reached (h t i : nat) (x : state) : Prop :=
  holds_wave (fst x) (rate h i) /\ holds_wave (snd x) (INR t * rate h i).

Lemma start_reached h i : (0 < h)%nat -> reached h 0 i (start h i).
Proof.
  intros some; split; split; cbn [start fst snd INR].
  - apply (I.cos_correct bits _ (Xreal _)), holds_rate; assumption.
  - apply (I.sin_correct bits _ (Xreal _)), holds_rate; assumption.
  - rewrite Rmult_0_l, cos_0; apply holds_integer.
  - rewrite Rmult_0_l, sin_0; apply holds_integer.
Qed.

Lemma next_reached h t i x : reached h t i x -> reached h (S t) i (next x).
Proof.
  intros [one now]; split; [exact one |]; unfold next; cbn [snd].
  rewrite S_INR; replace ((INR t + 1) * rate h i) with (rate h i + INR t * rate h i) by lra.
  apply spin_holds; assumption.
Qed.

Lemma total_holds h t g n : (forall i, reached h t i (g i)) ->
  holds (total (map g (seq 0 n))) (sum n (fun i => cos (INR t * rate h i))).
Proof.
  intros good; induction n as [| n IH]; [apply (holds_integer 0) |].
  unfold total in *; rewrite seq_S, map_app, fold_left_app; cbn [map fold_left sum plus].
  apply (I.add_correct bits _ _ (Xreal _) (Xreal _)); [exact IH | apply good].
Qed.

Lemma sums_hold h d : forall n t g m, (forall i, reached h t i (g i)) -> (m < n)%nat ->
  holds (nth m (sums_from n (map g (seq 0 h))) d) (cosines h (t + m)).
Proof.
  induction n as [| n IH]; intros t g m good below; [lia |]; destruct m as [| m]; cbn [sums_from nth].
  - rewrite Nat.add_0_r; apply total_holds; assumption.
  - rewrite map_map; replace (t + S m)%nat with (S t + m)%nat by lia.
    apply IH; [intros i; apply next_reached, good | lia].
Qed.

Definition check_rise (h k : nat) : bool :=
  let sums := sums_from (k + 2) (map (start h) (seq 0 h)) in
  let at_ t := nth t sums (I.fromZ bits 0) in
  forallb (fun t => less (at_ (S t)) (at_ t)) (seq 0 k) && less (at_ k) (at_ (S k)).

Definition check_negative (h t : nat) : bool := less (sum_within (map (rate_within h) (seq 0 h)) t) (I.fromZ bits 0).

Lemma check_rise_holds h k : (0 < h)%nat -> check_rise h k = true -> rises_first (cosines h) k.
Proof.
  intros some checked; unfold check_rise in checked; cbv zeta in checked.
  set (sums := sums_from _ _) in checked.
  assert (within : forall t, (t < k + 2)%nat -> holds (nth t sums (I.fromZ bits 0)) (cosines h t))
    by (intros t below; apply (sums_hold h _ (k + 2) 0); [intros i; apply start_reached |]; assumption).
  apply andb_true_iff in checked; destruct checked as [falls rises]; rewrite forallb_forall in falls.
  split; [intros t below | eapply less_holds; [apply within | apply within | exact rises]; lia].
  eapply less_holds; [apply within; lia | apply within; lia | apply falls, in_seq; lia].
Qed.

Lemma check_negative_holds h t : (0 < h)%nat -> check_negative h t = true -> cosines h t < 0.
Proof. intros some; apply less_holds; [apply holds_sum; assumption | apply (holds_integer 0)]. Qed.

Lemma rise_64 : rises_first (cosines 32) 5.
Proof. apply check_rise_holds; [lia | vm_cast_no_check (eq_refl true)]. Qed.

Lemma rise_128 : rises_first (cosines 64) 11.
Proof. apply check_rise_holds; [lia | vm_cast_no_check (eq_refl true)]. Qed.

Lemma negative_64 : cosines 32 725 < 0.
Proof. apply check_negative_holds; [lia | vm_cast_no_check (eq_refl true)]. Qed.

Lemma negative_128 : cosines 64 1707 < 0.
Proof. apply check_negative_holds; [lia | vm_cast_no_check (eq_refl true)]. Qed.

Lemma rises_scaled f g a k : 0 < a -> (forall t, g t = a * f t) -> rises_first f k -> rises_first g k.
Proof.
  intros positive scaled [falls rises]; split; intros; rewrite !scaled; apply Rmult_lt_compat_l; auto.
Qed.

(** The score of q = k = (1, ..., 1) at a distance of t, and the dot product of rows t apart, of 2h channels. *)
Definition rope_score (o : order) (h t : nat) : R := score o h (2 * h) 10000 (INR t) 0 (fun _ => 1) (fun _ => 1).
Definition rows_dot (o : order) (h t : nat) : R :=
  dot (2 * h) (row o h (omega 10000 (2 * h)) (INR t)) (row o h (omega 10000 (2 * h)) 0).

Lemma rope_cosines o h t : rope_score o h t = 2 * cosines h t.
Proof.
  unfold rope_score; rewrite score_pairs by lia; rewrite Nat.sub_diag; cbn [sum]; rewrite Rplus_0_r.
  unfold cosines; rewrite <- sum_scal; apply sum_ext; intros i _; cbv zeta; rewrite Rminus_0_r.
  change (theta 10000 (2 * h) i) with (rate h i); ring.
Qed.

Lemma rows_cosines o h t : rows_dot o h t = cosines h t.
Proof. unfold rows_dot; rewrite dot_rows, Rminus_0_r; reflexivity. Qed.

(** Refuted; h = 32 and 64 are head_dim 64 and 128. That no score before 725 and 1707 is negative is not checked here,
    nor is head_dim 512, whose 256 cosines at 45 distances take six seconds. *)
Theorem rope_decreasing o :
  ~ (forall h t, (1 <= h)%nat -> rope_score o h (S t) < rope_score o h t) /\
  rises_first (rope_score o 32) 5 /\ rises_first (rope_score o 64) 11 /\
  rope_score o 32 725 < 0 /\ rope_score o 64 1707 < 0.
Proof.
  assert (small : rises_first (rope_score o 32) 5)
    by (apply (rises_scaled (cosines 32) _ 2); [lra | apply rope_cosines | exact rise_64]).
  split; [| split; [exact small | split]].
  - intros falls; destruct small as [_ rises]; specialize (falls 32%nat 5%nat ltac:(lia)); lra.
  - apply (rises_scaled (cosines 64) _ 2); [lra | apply rope_cosines | exact rise_128].
  - rewrite !rope_cosines; pose proof negative_64; pose proof negative_128; split; lra.
Qed.

(** Refuted; h = 32 and 64 are d = 64 and 128. *)
Theorem sinusoidal_dot_decreasing o :
  ~ (forall h t, (1 <= h)%nat -> rows_dot o h (S t) < rows_dot o h t) /\
  rises_first (rows_dot o 32) 5 /\ rises_first (rows_dot o 64) 11.
Proof.
  assert (lifted : forall h k, rises_first (cosines h) k -> rises_first (rows_dot o h) k)
    by (intros h k; apply (rises_scaled _ _ 1); [lra | intros t; rewrite rows_cosines; lra]).
  split; [| split; apply lifted; [exact rise_64 | exact rise_128]].
  intros falls; destruct (lifted 32%nat 5%nat rise_64) as [_ rises]; specialize (falls 32%nat 5%nat ltac:(lia)); lra.
Qed.
