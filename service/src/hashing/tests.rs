use super::*;
use crate::random::SeededRandomness;

fn hasher(params: HashParams) -> Hasher {
    Hasher::bounded(params, Arc::new(SeededRandomness::new(1)), 2, 4)
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

#[tokio::test]
async fn r8_past_the_line_one_is_busy_and_nothing_more_is_hashed() {
    let hasher = cheap();
    let stored = hasher.hash("x").await.unwrap();
    let under_way = Arc::clone(&hasher.places.slots)
        .acquire_many_owned(2)
        .await
        .unwrap();
    let seats = Arc::clone(&hasher.places.line)
        .acquire_many_owned(2)
        .await
        .unwrap();
    let waiting = futures::future::join_all((0..4).map(|_| hasher.verify("x", Some(&stored))));
    let late = async {
        let refused = hasher.verify("x", Some(&stored)).await;
        drop((under_way, seats));
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

#[tokio::test(flavor = "multi_thread")]
async fn r8_who_hangs_up_does_not_let_in_another_while_the_hash_runs() {
    let hasher = Arc::new(cheap());
    let (finish, running) = std::sync::mpsc::channel::<()>();
    let task = tokio::spawn({
        let hasher = Arc::clone(&hasher);
        async move { hasher.in_line(move |_| running.recv()).await }
    });
    while hasher.places.slots.available_permits() == 2 {
        tokio::task::yield_now().await;
    }
    task.abort();
    assert!(task.await.is_err());
    assert_eq!(hasher.places.slots.available_permits(), 1);
    assert_eq!(hasher.places.line.available_permits(), 5);
    finish.send(()).unwrap();
    while hasher.places.line.available_permits() < 6 {
        tokio::task::yield_now().await;
    }
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

#[tokio::test(flavor = "multi_thread")]
async fn r8_memory_goes_from_hash_to_hash_while_others_wait_and_back_when_nobody_does() {
    let one_at_a_time = Hasher::bounded(
        HashParams::cheap(),
        Arc::new(SeededRandomness::new(1)),
        1,
        4,
    );
    let hasher = Arc::new(one_at_a_time);
    let stored = hasher.hash("correct horse battery").await.unwrap();
    let (finish, running) = std::sync::mpsc::channel::<()>();
    let others_in_line = async |places: usize| {
        while hasher.places.line.available_permits() > 5 - places {
            tokio::task::yield_now().await;
        }
    };
    let first = tokio::spawn({
        let hasher = Arc::clone(&hasher);
        async move { hasher.in_line(move |_| running.recv()).await.unwrap() }
    });
    others_in_line(1).await;
    let second = tokio::spawn({
        let hasher = Arc::clone(&hasher);
        async move { hasher.verify("correct horse battery", Some(&stored)).await }
    });
    others_in_line(2).await;
    let third = tokio::spawn({
        let hasher = Arc::clone(&hasher);
        async move { hasher.in_line(Memory::waiting).await.unwrap() }
    });
    others_in_line(3).await;
    assert_eq!(hasher.places.memory.waiting(), 0, "nobody has hashed yet");
    finish.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(second.await.unwrap().unwrap(), YES);
    assert_eq!(third.await.unwrap(), 1, "it has what the second left");
    assert_eq!(hasher.places.memory.waiting(), 0, "nobody waits any more");
}

#[tokio::test]
async fn r8_a_hash_is_the_same_whatever_another_left_in_its_memory() {
    let hasher = cheap();
    let strong = self::hasher(HashParams::new(64, 2, 1).unwrap());
    for stored in [&hasher, &strong] {
        let stored = stored.hash("correct horse battery").await.unwrap();
        for (typed, answer) in [
            ("correct horse battery", true),
            ("wrong horse battery", false),
            ("", false),
        ] {
            hasher.places.memory.lend(8, |blocks| {
                for block in blocks {
                    block.as_mut().fill(0x5a5a_5a5a_5a5a_5a5a);
                }
            });
            assert_eq!(hasher.places.memory.waiting(), 1);
            let verified = hasher.verify(typed, Some(&stored)).await.unwrap();
            assert_eq!(verified.matches, answer);
            assert_eq!(hasher.places.memory.waiting(), 0);
        }
    }
}
