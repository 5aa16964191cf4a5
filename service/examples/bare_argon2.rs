//! Prints how many hashes a second Argon2id alone manages on all cores, with the parameters that
//! sign-in uses: what `make bench` holds the throughput of signing in against (req. 8).

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Argon2, Block, Params};

#[expect(clippy::disallowed_methods, reason = "it times itself")]
fn main() {
    let seconds = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let lasts = Duration::from_secs(seconds.unwrap_or(5));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let done = AtomicU32::new(0);
    let began = Instant::now();
    thread::scope(|threads| {
        for _ in 0..cores {
            threads.spawn(|| {
                let argon2 = Argon2::default();
                let mut memory = vec![Block::default(); Params::DEFAULT.block_count()];
                let mut hash = [0; Params::DEFAULT_OUTPUT_LEN];
                while began.elapsed() < lasts {
                    argon2
                        .hash_password_into_with_memory(
                            b"a password of some length",
                            b"a salt of sixteen",
                            &mut hash,
                            &mut memory[..],
                        )
                        .expect("the parameters are Argon2's own");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let rate = f64::from(done.load(Ordering::Relaxed)) / began.elapsed().as_secs_f64();
    println!("{rate:.1}");
}
