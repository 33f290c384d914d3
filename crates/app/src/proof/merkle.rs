//! Merkle trees as RFC 6962 has them: SHA-256, leaves hashed with a zero byte before them, nodes with a one.
//!
//! A node without a neighbour moves up as it is, which gives the same tree as the recursive definition (split at the
//! largest power of two below the number of leaves); a test holds both side by side.

use sha2::{Digest, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// The hash of a leaf's bytes.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

fn level_above(level: &[Hash]) -> Vec<Hash> {
    let node = |pair: &[Hash]| match pair {
        [left, right] => node_hash(left, right),
        alone => alone[0],
    };
    level.chunks(2).map(node).collect()
}

/// The root over the hashes of leaves; over none it is the hash of nothing.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = level_above(&level);
    }
    level.first().copied().unwrap_or_else(|| Sha256::digest([]).into())
}

/// The audit path of the leaf at `place`, from the leaf's neighbour upwards; `None` when there is no such leaf.
pub fn path(leaves: &[Hash], place: usize) -> Option<Vec<Hash>> {
    leaves.get(place)?;
    let (mut level, mut place, mut path) = (leaves.to_vec(), place, Vec::new());
    while level.len() > 1 {
        path.extend(level.get(place ^ 1));
        level = level_above(&level);
        place /= 2;
    }
    Some(path)
}

/// The root that a leaf's hash and its audit path lead to in a tree of `leaves` leaves; `None` when the path does not
/// belong to that place of such a tree.
pub fn root_from_path(leaf: Hash, place: u64, leaves: u64, path: &[Hash]) -> Option<Hash> {
    if place >= leaves {
        return None;
    }
    let (mut hash, mut place, mut last, mut path) = (leaf, place, leaves - 1, path.iter());
    while last > 0 {
        if place % 2 == 1 {
            hash = node_hash(path.next()?, &hash);
        } else if place < last {
            hash = node_hash(&hash, path.next()?);
        }
        (place, last) = (place / 2, last / 2);
    }
    path.next().is_none().then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition of RFC 6962, section 2.1, word for word.
    fn slow_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [leaf] => *leaf,
            many => {
                let split = largest_power_below(many.len());
                node_hash(&slow_root(&many[..split]), &slow_root(&many[split..]))
            }
        }
    }

    /// Section 2.1.1.
    fn slow_path(leaves: &[Hash], place: usize) -> Vec<Hash> {
        if leaves.len() <= 1 {
            return Vec::new();
        }
        let split = largest_power_below(leaves.len());
        let (left, right) = leaves.split_at(split);
        let (mut path, other) = match place < split {
            true => (slow_path(left, place), slow_root(right)),
            false => (slow_path(right, place - split), slow_root(left)),
        };
        path.push(other);
        path
    }

    fn largest_power_below(length: usize) -> usize {
        let mut power = 1;
        while power * 2 < length {
            power *= 2;
        }
        power
    }

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
    }

    #[test]
    fn the_empty_tree_and_one_leaf_are_those_of_the_standard() {
        let hex = |hash: Hash| engine::receipt::hex(&hash);
        assert_eq!(hex(root(&[])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let of_nothing = leaf_hash(&[]);
        assert_eq!(hex(of_nothing), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(root(&[of_nothing]), of_nothing);
    }

    proptest! {
        #[test]
        fn the_tree_is_that_of_the_definition(count in 0_usize..200, place in 0_usize..200) {
            let leaves = leaves(count);
            prop_assert_eq!(root(&leaves), slow_root(&leaves));
            let wanted = (place < count).then(|| slow_path(&leaves, place));
            prop_assert_eq!(path(&leaves, place), wanted);
        }

        #[test]
        fn a_path_leads_to_the_root_from_its_own_place_alone(count in 1_usize..130, place in 0_usize..130, other in 0_usize..130) {
            let place = place % count;
            let leaves = leaves(count);
            let path = path(&leaves, place).unwrap();
            let to_root = |leaf, place: usize, count: usize, path: &[Hash]| root_from_path(leaf, place as u64, count as u64, path);
            prop_assert_eq!(to_root(leaves[place], place, count, &path), Some(root(&leaves)));
            if other % count != place {
                prop_assert_ne!(to_root(leaves[place], other % count, count, &path), Some(root(&leaves)));
                prop_assert_ne!(to_root(leaves[other % count], place, count, &path), Some(root(&leaves)));
            }
            let mut longer = path.clone();
            longer.push([7; 32]);
            prop_assert_eq!(to_root(leaves[place], place, count, &longer), None);
            if let Some((_, shorter)) = path.split_last() {
                prop_assert_eq!(to_root(leaves[place], place, count, shorter), None);
            }
            for damaged in 0..path.len() {
                let mut path = path.clone();
                path[damaged][5] ^= 1;
                prop_assert_ne!(to_root(leaves[place], place, count, &path), Some(root(&leaves)));
            }
        }
    }
}
