//! How a second factor stands, for its owner and for whoever looks after them.

use access::actions::{DownloadCodes, ViewOwnFactor};
use access::{Effective, FactorDemand, UserId};
use domain::second_factor::{FactorFacts, FactorView, KeyView, TwoFactorView};
use sqlx::AnyConnection;

use super::{Own, PENDING, codes, sql, unseal};
use crate::download::Download;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::time::when;
use crate::visitor::{Staff, Visitor};

/// How somebody's second factor stands. `held` is what they hold, `zone` the time zone to tell
/// times in.
pub(crate) async fn factor_view(
    kh: &Keyholder,
    conn: &mut AnyConnection,
    person: UserId,
    demand: FactorDemand,
    held: &Effective,
    zone: &str,
) -> Result<FactorView, Failure> {
    let on = sql::factor(conn, person).await?.map(|factor| FactorFacts {
        since: when(factor.since, kh.now(), zone),
        codes_left: factor.codes_left,
    });
    Ok(FactorView {
        on,
        required: demand.asks(held),
        policy: demand.policy,
    })
}

/// How one's own stands, for the profile.
///
/// # Errors
/// When the database does not answer.
pub async fn own(kh: &Keyholder, staff: &Staff) -> Result<FactorView, Failure> {
    kh.sees::<ViewOwnFactor>(staff, &()).await?;
    let mut conn = kh.reader().acquire().await?;
    let (caller, zone) = (&staff.caller, &staff.business.time_zone);
    let (person, held) = (caller.person.id, &caller.effective);
    factor_view(kh, &mut conn, person, staff.demand, held, zone).await
}

/// The page of one's own second factor. Looking changes nothing (req. 33).
///
/// # Errors
/// [`domain::AppError::Due`] when something else is due first.
pub async fn view(kh: &Keyholder, visitor: &Visitor) -> Result<TwoFactorView, Failure> {
    let own = Own::of(visitor)?;
    let now = kh.now();
    let mut conn = kh.reader().acquire().await?;
    let factor = match visitor {
        Visitor::Staff(staff) => {
            let (held, zone) = (&staff.caller.effective, &staff.business.time_zone);
            factor_view(kh, &mut conn, own.person, staff.demand, held, zone).await?
        }
        // Half-way, since the policy asks for it.
        _ => FactorView {
            on: None,
            required: true,
            policy: sql::demand(&mut conn, own.person).await?.policy,
        },
    };
    let (mut key, mut shown) = (None, Vec::new());
    if factor.on.is_some() {
        shown = fresh(kh, &mut conn, own.person).await?;
    } else if let Some(sealed) = sql::pending(&mut conn, own.session, own.person, now).await? {
        key = unseal(kh, PENDING, own.person, &sealed).and_then(|key| {
            let (size, path) = key.picture(&own.business.name, &own.email)?;
            let typed = key.typed();
            Some(KeyView { typed, size, path })
        });
    }
    Ok(TwoFactorView {
        business: own.business.name,
        name: own.name,
        factor,
        key,
        codes: shown,
    })
}

/// Fresh recovery codes, while they can be looked at.
async fn fresh(
    kh: &Keyholder,
    conn: &mut AnyConnection,
    person: UserId,
) -> Result<Vec<String>, Failure> {
    let fresh = sql::factor(conn, person).await?.and_then(|one| one.fresh);
    Ok(match fresh {
        Some((sealed, until)) if kh.now() < until => codes::open(kh, person, &sealed),
        _ => Vec::new(),
    })
}

/// Fresh recovery codes as a text file.
///
/// # Errors
/// [`domain::AppError::NotFound`] once they were put away.
pub async fn codes_file(kh: &Keyholder, staff: &Staff) -> Result<Download, Failure> {
    kh.sees::<DownloadCodes>(staff, &()).await?;
    let mut conn = kh.reader().acquire().await?;
    let codes = fresh(kh, &mut conn, staff.caller.person.id).await?;
    if codes.is_empty() {
        return Err(domain::AppError::NotFound.into());
    }
    let mut text = format!("{}\n{}\n\n", staff.business.name, staff.me.email);
    for code in codes {
        text.push_str(&code);
        text.push('\n');
    }
    Ok(Download::text("recovery-codes", text))
}
