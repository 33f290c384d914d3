//! Which paper the movements of one source belong on.

use std::collections::BTreeMap;

use model::InvoiceId;

/// Which part of a charge moves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// What a publisher earns.
    Commission,
    /// What the network earns.
    Fee,
}

/// One posted movement on an advertiser's account that no paper holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Movement {
    /// Its number within the source.
    pub sequence: i64,
    /// The commission line.
    pub line: i64,
    /// The part of the charge.
    pub part: Part,
    /// Charged when above zero, taken back when below.
    pub units: i64,
}

/// What of a source stands on an earlier invoice, less what credit notes took off it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The commission line.
    pub line: i64,
    /// The part of the charge.
    pub part: Part,
    /// How much.
    pub units: i64,
}

/// A conversion, a paid click or the like with what is to be billed of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// Movements that no paper holds, in the order of their numbers.
    pub movements: Vec<Movement>,
    /// What earlier invoices hold.
    pub standing: Vec<Standing>,
}

/// The paper that something belongs on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// The new invoice.
    Invoice,
    /// A credit note for this invoice.
    Correction(InvoiceId),
}

/// A movement, or a piece of it, with its paper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Portion {
    /// The movement.
    pub sequence: i64,
    /// The paper.
    pub target: Target,
    /// The part of the charge.
    pub part: Part,
    /// Charged when above zero, taken back when below.
    pub units: i64,
}

/// Puts each movement where it belongs: a charge on the new invoice; what is taken back where the newest charge of the same
/// line stands, first on the new invoice, then on the invoices before it. One movement may be taken back from several.
///
/// `None` when more is taken back than stands anywhere: the charge is not there to be billed yet, so the whole
/// source waits for the next period.
pub fn allot(origin: &Origin) -> Option<Vec<Portion>> {
    let mut portions = Vec::with_capacity(origin.movements.len());
    if origin.movements.iter().all(|movement| movement.units > 0) {
        portions.extend(origin.movements.iter().map(charge));
        return Some(portions);
    }
    // The newest last: ids of invoices are in the order of their issue.
    let mut stands: BTreeMap<(i64, Part), BTreeMap<Option<InvoiceId>, i64>> = BTreeMap::new();
    for standing in &origin.standing {
        let places = stands.entry((standing.line, standing.part)).or_default();
        *places.entry(Some(standing.invoice)).or_default() += standing.units;
    }
    for movement in &origin.movements {
        let places = stands.entry((movement.line, movement.part)).or_default();
        if movement.units > 0 {
            *places.entry(None).or_default() += movement.units;
            portions.push(charge(movement));
        } else {
            take_back(movement, places, &mut portions)?;
        }
    }
    Some(portions)
}

fn charge(movement: &Movement) -> Portion {
    let Movement { sequence, part, units, .. } = *movement;
    Portion { sequence, target: Target::Invoice, part, units }
}

fn take_back(
    movement: &Movement,
    places: &mut BTreeMap<Option<InvoiceId>, i64>,
    portions: &mut Vec<Portion>,
) -> Option<()> {
    let mut rest = movement.units.checked_neg()?;
    // `None`, the new invoice, is the least key and yet the newest place.
    let new = places.contains_key(&None).then_some(None);
    let order: Vec<_> = new.into_iter().chain(places.keys().rev().copied().filter(Option::is_some)).collect();
    for place in order {
        let left = places.get_mut(&place)?;
        let taken = rest.min((*left).max(0));
        if taken == 0 {
            continue;
        }
        *left -= taken;
        rest -= taken;
        let target = place.map_or(Target::Invoice, Target::Correction);
        portions.push(Portion { sequence: movement.sequence, target, part: movement.part, units: -taken });
    }
    (rest == 0).then_some(())
}
