//! The statistical audit: its rules, its queries, its figures against those of others.

use goalposts::audit::arguments::Arguments;
use goalposts::audit::request::{DRAWS, SEED};
use goalposts::audit::{Audited, Request, audit};
use goalposts::document::Block;
use goalposts::session::{self, Options};
use libtest_mimic::Trial;

use crate::{repository, trial_async};

pub fn trials() -> Vec<Trial> {
    vec![trial_async("audits::draft", draft)]
}

async fn draft() {
    let data = std::env::var("AUDIT_DATA").unwrap_or_else(|_| repository().join("data").display().to_string());
    let context = session::open(Some(&data), &Options::default()).await.expect("a session");
    let get = |name: &str, or: &str| std::env::var(name).unwrap_or_else(|_| or.to_owned());
    let request = Request {
        panel: get("PANEL", "(SELECT * FROM bth.indicators WHERE unit IN ('Beijing', 'Tianjin', 'Hebei'))"),
        framework: get("FRAMEWORK", "bth.framework"),
        arguments: Arguments::read(&get(
            "ARGUMENTS",
            "normalisation => base, base => 2014, min_coverage => 0.8, strict => false",
        ))
        .unwrap(),
        period: None,
        last_release: None,
        uncertainty: None,
        draws: DRAWS,
        seed: SEED,
        title: None,
    };
    let start = std::time::Instant::now();
    let Audited { document, findings, seconds } =
        audit(&context, &Default::default(), &request, |_| {}).await.unwrap_or_else(|e| panic!("{e}"));
    println!("{:?} {:?}", start.elapsed(), seconds);
    println!("# {} {:?}", document.title, document.subtitle);
    for chapter in &document.chapters {
        println!("\n## {}", chapter.title);
        for block in &chapter.blocks {
            match block {
                Block::Table(table) => println!(
                    "{}",
                    datafusion::arrow::util::pretty::pretty_format_batches(&[table.rows.slice(0, table.rows.num_rows().min(12))]).unwrap()
                ),
                Block::Query(sql) => println!("```sql\n{sql}\n```"),
                Block::Heading(text) => println!("### {text}"),
                Block::Text(text) => println!("{text}"),
                Block::Picture(_) => println!("(picture)"),
                other => println!("{other:?}"),
            }
        }
    }
    println!("{:?}", document.provenance);
    println!("{}", findings.len());
}
