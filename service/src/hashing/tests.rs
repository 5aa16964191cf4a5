use std::sync::mpsc::{Sender, channel};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::random::SeededRandomness;

fn hasher(params: HashParams) -> Hasher {
    Hasher::bounded(params, Arc::new(SeededRandomness::new(1)), 2, 4)
}

fn one_at_a_time() -> Hasher {
    Hasher::bounded(
        HashParams::cheap(),
        Arc::new(SeededRandomness::new(1)),
        1,
        4,
    )
}

fn cheap() -> Hasher {
    hasher(HashParams::cheap())
}

const YES: Verified = Verified {
    matches: true,
    needs_rehash: false,
};
const NO: Verified = Verified {
    matches: false,
    needs_rehash: false,
};

#[tokio::test]
async fn r2_composed_and_decomposed_letters_are_the_same_password() {
    let hasher = cheap();
    let stored = hasher.hash("caf\u{e9} au lait, two sugars").await.unwrap();
    let decomposed = "cafe\u{301} au lait, two sugars";
    assert_eq!(hasher.verify(decomposed, Some(&stored)).await.unwrap(), YES);
    // Normal form C, not KC: a letter that only looks alike stays another one.
    let stored = hasher.hash("\u{fb01}ve golden rings").await.unwrap();
    assert_eq!(
        hasher
            .verify("five golden rings", Some(&stored))
            .await
            .unwrap(),
        NO
    );
}

#[tokio::test]
async fn r2_passwords_that_differ_far_behind_stay_different() {
    let hasher = cheap();
    for len in [72, 255, 1023] {
        let stored = hasher.hash(&("a".repeat(len) + "b")).await.unwrap();
        assert_eq!(
            hasher
                .verify(&("a".repeat(len) + "b"), Some(&stored))
                .await
                .unwrap(),
            YES
        );
        assert_eq!(
            hasher
                .verify(&("a".repeat(len) + "c"), Some(&stored))
                .await
                .unwrap(),
            NO
        );
        assert_eq!(
            hasher
                .verify(&"a".repeat(len), Some(&stored))
                .await
                .unwrap(),
            NO
        );
    }
}

#[tokio::test]
async fn r7_a_hash_is_argon2id_with_the_parameters_asked_for_and_a_salt_of_its_own() {
    let hasher = hasher(HashParams::default());
    let (one, other) = (
        hasher.hash("same").await.unwrap(),
        hasher.hash("same").await.unwrap(),
    );
    assert!(
        one.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{}",
        one.as_str()
    );
    assert_ne!(one, other);
}

#[tokio::test]
async fn r7_a_hash_with_weaker_parameters_asks_to_be_made_anew_and_a_stronger_one_does_not() {
    let stored = cheap().hash("correct horse").await.unwrap();
    for (memory, passes) in [(64, 1), (8, 2)] {
        let raised = hasher(HashParams::new(memory, passes, 1).unwrap());
        let right = raised.verify("correct horse", Some(&stored)).await.unwrap();
        assert_eq!(
            right,
            Verified {
                matches: true,
                needs_rehash: true
            }
        );
        // Only who knows the password causes work.
        assert_eq!(raised.verify("wrong", Some(&stored)).await.unwrap(), NO);
        let anew = raised.hash("correct horse").await.unwrap();
        assert_eq!(
            raised.verify("correct horse", Some(&anew)).await.unwrap(),
            YES
        );
        assert_eq!(
            cheap().verify("correct horse", Some(&anew)).await.unwrap(),
            YES
        );
    }
}

/// Keeps a thread of a hasher busy until told to stop.
async fn keep_busy(hasher: &Arc<Hasher>) -> (Sender<()>, JoinHandle<Result<(), HashError>>) {
    let (stop, told) = channel::<()>();
    // The count of those under way may still hold one that has been answered already.
    let (begins, under_way) = oneshot::channel();
    let task = tokio::spawn({
        let hasher = Arc::clone(hasher);
        let wait = move |_: &mut Memory| {
            begins.send(()).unwrap();
            _ = told.recv();
        };
        async move { hasher.line.run(wait).await }
    });
    under_way.await.unwrap();
    (stop, task)
}

/// Waits until so many are under way and wait.
async fn until(hasher: &Hasher, reached: impl Fn((usize, usize)) -> bool) {
    while !reached(hasher.line.places()) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn r8_past_the_line_one_is_busy_and_nothing_more_is_hashed() {
    let hasher = Arc::new(cheap());
    let stored = hasher.hash("x").await.unwrap();
    let under_way = [keep_busy(&hasher).await, keep_busy(&hasher).await];
    let waiting = futures::future::join_all((0..4).map(|_| hasher.verify("x", Some(&stored))));
    let late = async {
        let refused = hasher.verify("x", Some(&stored)).await;
        for (stop, _) in &under_way {
            stop.send(()).unwrap();
        }
        refused
    };
    let (waited, refused) = tokio::join!(waiting, late);
    assert!(matches!(refused, Err(HashError::Busy)));
    assert!(
        waited
            .into_iter()
            .all(|answer| answer.is_ok_and(|verified| verified.matches))
    );
    assert_eq!(hasher.compared(), 4);
}

#[tokio::test]
async fn r8_who_hangs_up_does_not_let_in_another_while_the_hash_runs() {
    let hasher = Arc::new(cheap());
    let (stop, task) = keep_busy(&hasher).await;
    task.abort();
    assert!(task.await.is_err());
    assert_eq!(hasher.line.places(), (1, 0));
    stop.send(()).unwrap();
    until(&hasher, |places| places == (0, 0)).await;
}

#[tokio::test]
async fn r8_what_nobody_waits_for_any_more_is_not_hashed() {
    let hasher = Arc::new(one_at_a_time());
    let (stop, busy) = keep_busy(&hasher).await;
    let done = Arc::new(AtomicU64::new(0));
    let [gone, here] = [(), ()].map(|()| {
        let (hasher, done) = (Arc::clone(&hasher), Arc::clone(&done));
        tokio::spawn(async move {
            let count = move |_: &mut Memory| done.fetch_add(1, Ordering::Relaxed);
            hasher.line.run(count).await
        })
    });
    until(&hasher, |places| places == (1, 2)).await;
    gone.abort();
    assert!(gone.await.is_err());
    stop.send(()).unwrap();
    busy.await.unwrap().unwrap();
    assert_eq!(here.await.unwrap().unwrap(), 0, "it is the first");
}

#[tokio::test]
#[expect(
    clippy::panic,
    reason = "this is about work that breaks, on a thread that must not"
)]
async fn r8_a_hash_that_breaks_is_told_and_leaves_its_thread_to_the_next() {
    let hasher = one_at_a_time();
    let broken = hasher.line.run(|_| -> () { panic!("told to") }).await;
    assert!(matches!(broken, Err(HashError::Failed(_))), "{broken:?}");
    let stored = hasher.hash("x").await.unwrap();
    assert_eq!(hasher.verify("x", Some(&stored)).await.unwrap(), YES);
    until(&hasher, |places| places == (0, 0)).await;
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "this is about how long hashing really takes"
)]
async fn r11_without_a_hash_the_same_work_is_done_and_nothing_is_compared() {
    // Enough memory that hashing outweighs everything else; without the work it is a thousandth.
    let hasher = hasher(HashParams::new(16_384, 2, 1).unwrap());
    let stored = hasher.hash("right").await.unwrap();
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..5 {
        for (kind, hash) in [Some(&stored), None].into_iter().enumerate() {
            let start = std::time::Instant::now();
            assert_eq!(hasher.verify("wrong", hash).await.unwrap(), NO);
            times[kind].push(start.elapsed());
        }
    }
    let [real, dummy] = times.map(|mut times| *times.select_nth_unstable(2).1);
    assert!(
        dummy > real / 4 && real > dummy / 4,
        "{real:?} and {dummy:?}"
    );
    assert_eq!(hasher.compared(), 5);
}

#[tokio::test]
async fn a_stored_value_that_is_no_hash_opens_to_nobody() {
    let hasher = cheap();
    for stored in ["", "secret", "$argon2id$v=19$m=8,t=1,p=1", "$1$abc$def"] {
        let phc = Phc::from(stored.to_owned());
        for password in ["", "secret", stored] {
            let answer = hasher.verify(password, Some(&phc)).await.unwrap();
            assert_eq!(answer, NO, "{stored} {password}");
        }
    }
}

#[test]
fn nothing_of_a_hash_is_printed() {
    assert_eq!(
        format!("{:?}", Phc::from("$argon2id$…".to_owned())),
        "Phc(…)"
    );
}

#[tokio::test]
async fn r8_memory_goes_from_hash_to_hash_while_others_wait_and_back_when_nobody_does() {
    let hasher = Arc::new(one_at_a_time());
    let stored = hasher.hash("correct horse battery").await.unwrap();
    let (stop, first) = keep_busy(&hasher).await;
    let second = tokio::spawn({
        let hasher = Arc::clone(&hasher);
        async move { hasher.verify("correct horse battery", Some(&stored)).await }
    });
    until(&hasher, |places| places == (1, 1)).await;
    let third = tokio::spawn({
        let hasher = Arc::clone(&hasher);
        async move { hasher.line.run(|memory| memory.left()).await }
    });
    until(&hasher, |places| places == (1, 2)).await;
    stop.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(second.await.unwrap().unwrap(), YES);
    let left = third.await.unwrap().unwrap();
    assert!(left > 0, "it has what the second left");
    until(&hasher, |places| places == (0, 0)).await;
    let left = hasher.line.run(|memory| memory.left()).await.unwrap();
    assert_eq!(left, 0, "nobody waited any more");
}

#[tokio::test]
async fn r8_a_hash_is_the_same_whatever_another_left_in_its_memory() {
    let hasher = Arc::new(one_at_a_time());
    let strong = self::hasher(HashParams::new(64, 2, 1).unwrap());
    for stored in [&hasher, &strong] {
        let stored = stored.hash("correct horse battery").await.unwrap();
        for (typed, answer) in [
            ("correct horse battery", true),
            ("wrong horse battery", false),
            ("", false),
        ] {
            let (stop, _) = keep_busy(&hasher).await;
            let soil = hasher.line.run(|memory| {
                for block in memory.blocks(64) {
                    block.as_mut().fill(0x5a5a_5a5a_5a5a_5a5a);
                }
            });
            let look = hasher.line.run(|memory| {
                let soiled = |block: &mut argon2::Block| block.as_mut()[0] == 0x5a5a_5a5a_5a5a_5a5a;
                memory.left() == 64 && memory.blocks(64).iter_mut().all(soiled)
            });
            let verify = hasher.verify(typed, Some(&stored));
            let begin = async { stop.send(()).unwrap() };
            let (soiled, left, verified, ()) = tokio::join!(soil, look, verify, begin);
            soiled.unwrap();
            assert!(left.unwrap(), "it is hashed in what was left");
            assert_eq!(verified.unwrap().matches, answer);
        }
    }
}
