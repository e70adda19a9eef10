//! Every query that is shown runs in a session that knows nothing of the audit, and gives what is shown.

use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::util::pretty::pretty_format_batches;
use goalposts::audit::Request;
use goalposts::document::Block;
use libtest_mimic::Trial;

use super::{audited, bth, hdi, on_data};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("audits::queries::bth", || run_again(bth())),
        trial_async("audits::queries::hdi", || run_again(hdi())),
    ]
}

async fn run_again(request: Request) {
    let of = audited(&on_data().await, &request).await;
    let fresh = on_data().await;
    let (mut ran, mut compared) = (0, 0);
    for chapter in &of.document.chapters {
        let mut shown = None;
        for block in &chapter.blocks {
            match block {
                Block::Heading(_) => shown = None,
                Block::Table(table) => shown = Some(&table.rows),
                Block::Query(sql) => {
                    assert!(!sql.contains("goalposts_audit"), "{sql}");
                    let frame =
                        goalposts::sql(&fresh, sql).await.unwrap_or_else(|e| panic!("{sql}\n{e}"));
                    let schema = std::sync::Arc::clone(frame.schema().inner());
                    let batches = frame.collect().await.unwrap_or_else(|e| panic!("{sql}\n{e}"));
                    ran += 1;
                    if let Some(shown) = shown {
                        let rows = concat_batches(&schema, &batches).expect("one schema");
                        let text = |rows| pretty_format_batches(&[rows]).expect("text").to_string();
                        assert_eq!(text(rows), text(shown.clone()), "{sql}");
                        compared += 1;
                    }
                }
                _ => {}
            }
        }
    }
    assert!(ran > 15 && compared > 12, "{ran} ran, {compared} compared");
    println!("{ran} queries ran, {compared} tables compared");
}
