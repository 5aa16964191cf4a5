//! Prints how many hashes a second Argon2id alone manages on all cores, with the parameters that
//! sign-in uses: what `make bench` holds the throughput of signing in against (req. 8). First as
//! the library is called by anybody, who gets memory for each hash and gives it back; then with
//! memory that each core keeps, which is the most that these cores can do.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Argon2, Block, Params};

const PASSWORD: &[u8] = b"a password of some length";
const SALT: &[u8] = b"a salt of sixteen";

fn main() {
    let seconds = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let lasts = Duration::from_secs(seconds.unwrap_or(5));
    let alone = hashes(lasts, || {
        let mut hash = [0; Params::DEFAULT_OUTPUT_LEN];
        move |argon2| argon2.hash_password_into(PASSWORD, SALT, &mut hash)
    });
    let kept = hashes(lasts, || {
        let mut hash = [0; Params::DEFAULT_OUTPUT_LEN];
        let mut memory = vec![Block::default(); Params::DEFAULT.block_count()];
        move |argon2| {
            argon2.hash_password_into_with_memory(PASSWORD, SALT, &mut hash, &mut memory[..])
        }
    });
    println!("{alone:.1} {kept:.1}");
}

/// Hashes a second, on all cores for so long.
#[expect(clippy::disallowed_methods, reason = "it times itself")]
fn hashes<H>(lasts: Duration, on_a_core: impl Fn() -> H + Sync) -> f64
where
    H: FnMut(&Argon2<'_>) -> Result<(), argon2::Error>,
{
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let done = AtomicU32::new(0);
    let began = Instant::now();
    thread::scope(|threads| {
        for _ in 0..cores {
            threads.spawn(|| {
                let (argon2, mut hash) = (Argon2::default(), on_a_core());
                while began.elapsed() < lasts {
                    hash(&argon2).expect("the parameters are Argon2's own");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    f64::from(done.load(Ordering::Relaxed)) / began.elapsed().as_secs_f64()
}
