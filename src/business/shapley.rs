//! The Shapley value: what each of several mechanisms earns when they act together.
//!
//! A game is a worth for each coalition of players. Player i's value is the mean, over all orders in which the players
//! may join, of what i adds when it joins. The values add up to what all earn together less what none earns
//! (efficiency); players that do the same get the same; one that adds nothing to any coalition gets nothing.
//!
//! Shapley, "A value for n-person games", in Contributions to the Theory of Games II (1953), 307-317.

/// Coalitions are numbers: bit i is set when player i takes part. So there are 2^players of them.
pub fn coalitions(players: usize) -> std::ops::Range<usize> {
    0..1 << players
}

/// Player i's value as a weighted sum over coalitions: worth\[s\] counts `weights[s]` times. The weights add up to zero.
///
/// A coalition of m others is joined next in m! (n - m - 1)! of the n! orders.
pub fn weights(players: usize, player: usize) -> Vec<f64> {
    let join = 1 << player;
    let mut weights = vec![0.0; 1 << players];
    for others in coalitions(players).filter(|s| s & join == 0) {
        let share = 1.0 / (players as f64 * choose(players - 1, others.count_ones() as usize));
        weights[others | join] += share;
        weights[others] -= share;
    }
    weights
}

/// All values of a game, given by the worth of every coalition.
pub fn values(worth: &[f64]) -> Vec<f64> {
    let players = worth.len().trailing_zeros() as usize;
    let value = |player| weights(players, player).iter().zip(worth).map(|(w, x)| w * x).sum();
    (0..players).map(value).collect()
}

/// Binomial coefficient.
fn choose(n: usize, k: usize) -> f64 {
    (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product()
}
