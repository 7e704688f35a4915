//! Sizes of the built files, and the budgets that they must keep.

use anyhow::{Result, bail};

use super::assets::Manifest;
use super::bundle::{Budget, Bundle};

pub(crate) fn print(manifests: &[(Bundle, Manifest)]) {
    println!("{:<20} {:>10} {:>10} {:>10}", "bytes", "raw", "gzip", "brotli");
    for (bundle, manifest) in manifests {
        for (name, built) in &manifest.files {
            println!("{name:<20} {:>10} {:>10} {:>10}", built.bytes, built.gzip, built.brotli);
        }
        for budget in bundle.budgets {
            println!("{:<20} {:>32} of {}", format!("= {}", budget.what), used(budget, manifest), budget.brotli_bytes);
        }
    }
}

pub(crate) fn check(manifests: &[(Bundle, Manifest)]) -> Result<()> {
    let mut over = Vec::new();
    for (bundle, manifest) in manifests {
        for budget in bundle.budgets {
            let used = used(budget, manifest);
            if used > budget.brotli_bytes {
                over.push(format!("{} takes {used} B of its {} B after Brotli", budget.what, budget.brotli_bytes));
            }
        }
    }
    if !over.is_empty() {
        bail!("{}", over.join("; "));
    }
    Ok(())
}

fn used(budget: &Budget, manifest: &Manifest) -> usize {
    budget.files.iter().filter_map(|name| manifest.files.get(*name)).map(|built| built.brotli).sum()
}
