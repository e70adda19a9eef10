//! Frameworks, right and wrong.

use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::arrow::array::{
    Array, ArrayRef, Decimal128Array, DictionaryArray, Float64Array, Int64Array, NullArray,
    StringArray, StringViewArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::ScalarValue;

use super::*;

fn row(code: &str, parent: &str) -> Row {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Row { code: some(code), parent: some(parent), ..Row::default() }
}

fn rows_of(pairs: &[(&str, &str)]) -> Vec<Row> {
    pairs.iter().map(|(code, parent)| row(code, parent)).collect()
}

fn weighted(triples: &[(&str, &str, Option<f64>)]) -> Vec<Row> {
    triples.iter().map(|&(code, parent, weight)| Row { weight, ..row(code, parent) }).collect()
}

fn framework(rows: Vec<Row>) -> Framework {
    Framework::new(rows, &Defaults::default()).unwrap()
}

fn faults(rows: Vec<Row>) -> Vec<String> {
    Framework::new(rows, &Defaults::default()).unwrap_err().0
}

/// The faults must be these, under the name of the table.
fn wrong(rows: Vec<Row>, want: &[&str]) {
    let want: Vec<String> = want.iter().map(|fault| format!("framework: {fault}")).collect();
    assert_eq!(faults(rows), want);
}

/// A root over one group over two indicators, with one row changed.
fn changed(code: &str, change: impl Fn(&mut Row)) -> Vec<Row> {
    let mut rows = rows_of(&[("top", ""), ("group", "top"), ("a", "group"), ("b", "group")]);
    rows.iter_mut().filter(|row| row.code.as_deref() == Some(code)).for_each(change);
    rows
}

fn codes<'a>(framework: &'a Framework, positions: &[usize]) -> Vec<&'a str> {
    positions.iter().map(|&i| framework.nodes()[i].code.as_str()).collect()
}

#[test]
fn nodes_keep_the_order_of_the_table() {
    // Children stand before and after their parents, and `c` skips a level.
    let tree = framework(weighted(&[
        ("b", "p", Some(3.0)),
        ("p", "top", Some(2.0)),
        ("a", "p", Some(1.0)),
        ("top", "", Some(-7.0)),
        ("c", "top", Some(6.0)),
    ]));
    assert_eq!(codes(&tree, &[0, 1, 2, 3, 4]), ["b", "p", "a", "top", "c"]);
    assert_eq!(tree.root(), 3);
    assert_eq!(codes(&tree, tree.leaves()), ["b", "a", "c"]);
    assert_eq!(codes(&tree, tree.bottom_up()), ["b", "a", "c", "p", "top"]);
    let nodes = tree.nodes();
    assert_eq!(nodes[1].children, [0, 2]);
    assert_eq!(nodes[3].children, [1, 4]);
    assert_eq!(nodes.iter().map(|n| n.level).collect::<Vec<_>>(), [1, 2, 1, 3, 1]);
    assert_eq!(nodes.iter().map(|n| n.weight).collect::<Vec<_>>(), [0.75, 0.25, 0.25, 1.0, 0.75]);
    assert_eq!(
        nodes.iter().map(|n| n.leaf).collect::<Vec<_>>(),
        [Some(0), None, Some(1), None, Some(2)]
    );
    assert_eq!(nodes[4].given_weight, Some(6.0));
    assert_eq!(
        tree.effective_weights(|node| tree.nodes()[node].weight),
        [0.1875, 0.25, 0.0625, 1.0, 0.75]
    );
    assert_eq!(tree.position("c"), Some(4));
    assert_eq!(tree.position("C"), None);
}

#[test]
fn rows_without_parents_are_indicators_of_an_implied_root() {
    let tree = framework(rows_of(&[("a", ""), ("b", ""), ("c", ""), ("d", "")]));
    assert_eq!(tree.root(), 4);
    let root = &tree.nodes()[4];
    assert_eq!((root.code.as_str(), root.level, root.weight), ("index", 2, 1.0));
    assert_eq!(root.children, [0, 1, 2, 3]);
    assert_eq!(root.parent, None);
    assert_eq!(root.leaf, None);
    assert_eq!(tree.position("index"), Some(4));
    assert_eq!(tree.leaves(), [0, 1, 2, 3]);
    assert!(tree.leaves().iter().all(|&i| tree.nodes()[i].weight == 0.25));
    assert!(tree.leaves().iter().all(|&i| tree.nodes()[i].parent == Some(4)));
    assert_eq!(tree.bottom_up(), [0, 1, 2, 3, 4]);

    let one = framework(rows_of(&[("a", "")]));
    assert_eq!(codes(&one, one.leaves()), ["a"]);
    assert_eq!(one.root(), 1);
}

#[test]
fn what_a_row_leaves_out_comes_from_the_defaults() {
    let rows = changed("a", |row| row.direction = Some(1.0));
    let tree = Framework::new(rows, &Defaults { direction: -1.0 }).unwrap();
    // A node with children has no direction to be turned.
    assert_eq!(tree.nodes().iter().map(|n| n.direction).collect::<Vec<_>>(), [1.0, 1.0, 1.0, -1.0]);
    assert!(tree.nodes().iter().all(|node| node.given_weight.is_none()));
}

#[test]
fn options_reach_their_nodes() {
    let mut rows = changed("a", |row| {
        row.label = Some("A".into());
        row.direction = Some(-1.0);
        (row.lower, row.upper, row.target) = (Some(1.0), Some(2.0), Some(3.0));
        row.base = Some(ScalarValue::Int64(Some(2014)));
        row.normalisation = Some("minmax".into());
    });
    (rows[1].aggregation, rows[1].min_coverage) = (Some("geometric".into()), Some(0.5));
    let tree = framework(rows);
    let a = &tree.nodes()[2];
    assert_eq!((a.lower, a.upper, a.target), (Some(1.0), Some(2.0), Some(3.0)));
    assert_eq!(a.label.as_deref(), Some("A"));
    assert_eq!(a.direction, -1.0);
    assert_eq!(a.base, Some(ScalarValue::Int64(Some(2014))));
    assert_eq!(a.normalisation.as_deref(), Some("minmax"));
    let group = &tree.nodes()[1];
    assert_eq!((group.aggregation.as_deref(), group.min_coverage), (Some("geometric"), Some(0.5)));
}

#[test]
fn codes_in_chinese() {
    let tree =
        framework(rows_of(&[("协同发展指数", ""), ("创新", "协同发展指数"), ("专利", "创新")]));
    assert_eq!(codes(&tree, tree.bottom_up()), ["专利", "创新", "协同发展指数"]);
    wrong(
        rows_of(&[("指数", ""), ("创新发展", "指数"), ("专利", "创新发殿")]),
        &["'专利' has the parent '创新发殿', which is not in the framework; did you mean \
           '创新发展'?"],
    );
}

#[test]
fn codes_must_be_there_once() {
    wrong(vec![], &["must have at least one indicator, found no rows"]);
    wrong(rows_of(&[("a", ""), ("", "")]), &["code of row 2 must not be NULL"]);
    wrong(rows_of(&[("", ""), ("a", ""), ("", "")]), &["code of rows 1, 3 must not be NULL"]);
    wrong(
        changed("a", |row| row.code = Some(String::new())),
        &["code of row 3 must not be empty, got ''"],
    );
    wrong(
        rows_of(&[("top", ""), ("a", "top"), ("gdp", "top"), ("gdp", "top"), ("gdp", "a")]),
        &["codes must be unique, found 'gdp' in rows 3, 4, 5"],
    );
    wrong(
        rows_of(&[("top", ""), ("a", "top"), ("top", "")]),
        &["codes must be unique, found 'top' in rows 1, 3"],
    );
    // Without its code the root is still the one that the others have not.
    wrong(
        rows_of(&[("", ""), ("a", "b"), ("b", "a")]),
        &[
            "code of row 1 must not be NULL",
            "parents must not form a cycle, found 'a', 'b' (each has the next as its parent)",
        ],
    );
}

#[test]
fn the_implied_root_needs_its_code() {
    wrong(
        rows_of(&[("a", ""), ("index", "")]),
        &["'index' must not be the code of an indicator where no row has a parent (the implied \
           root has it: rename it, or make it the parent of the others)"],
    );
    framework(rows_of(&[("index", ""), ("a", "index")]));
}

#[test]
fn parents_must_be_in_the_framework() {
    wrong(
        rows_of(&[("top", ""), ("economy", "top"), ("gdp", "economi"), ("cpi", "economi")]),
        &["'gdp', 'cpi' have the parent 'economi', which is not in the framework; did you mean \
           'economy'?"],
    );
    wrong(
        rows_of(&[("top", ""), ("a", "top"), ("b", "nothing")]),
        &["'b' has the parent 'nothing', which is not in the framework"],
    );
    // The row of the root was forgotten.
    wrong(
        rows_of(&[("a", "index"), ("b", "index")]),
        &[
            "'a', 'b' have the parent 'index', which is not in the framework",
            "must have one root, a row without parent, found none",
        ],
    );
    wrong(
        changed("a", |row| row.parent = Some(String::new())),
        &["'a' has the parent '', which must be a code or NULL"],
    );
}

#[test]
fn there_must_be_one_root() {
    let mut two = rows_of(&[("x", ""), ("a", "x"), ("y", "")]);
    two[1].weight = Some(2.0);
    wrong(two, &["must have one root, a row without parent, found 2: 'x', 'y'"]);
    let mut many: Vec<Row> = (1..=12).map(|i| row(&format!("r{i}"), "")).collect();
    many.push(row("a", "r1"));
    wrong(
        many,
        &["must have one root, a row without parent, found 12: 'r1', 'r2', 'r3', 'r4', \
                   'r5', 'r6', 'r7', 'r8', 'r9', 'r10' and 2 more"],
    );
}

#[test]
fn cycles_are_told_once_in_order() {
    let tail = [("top", ""), ("leaf", "b"), ("low", "leaf"), ("s", "s"), ("t", "s")];
    let mut rows = rows_of(&[("c", "a"), ("a", "b"), ("b", "c"), ("y", "x"), ("x", "y")]);
    rows.extend(rows_of(&tail));
    wrong(
        rows,
        &[
            "parents must not form a cycle, found 'c', 'a', 'b' (each has the next as its parent)",
            "parents must not form a cycle, found 'y', 'x' (each has the next as its parent)",
            "'s' must not be its own parent (the root has none)",
        ],
    );
    wrong(
        rows_of(&[("a", "b"), ("b", "a")]),
        &[
            "parents must not form a cycle, found 'a', 'b' (each has the next as its parent)",
            "must have one root, a row without parent, found none",
        ],
    );
}

#[test]
fn weights_must_be_shares() {
    for (weight, shown) in [(-1.0, "-1"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        wrong(
            weighted(&[("top", "", None), ("a", "top", Some(weight)), ("b", "top", Some(1.0))]),
            &[&format!("weight of 'a' must be finite and >= 0, got {shown}")],
        );
    }
    wrong(
        weighted(&[("top", "", Some(f64::INFINITY)), ("a", "top", None)]),
        &["weight of 'top' must be finite, got inf"],
    );
    wrong(
        weighted(&[("x", "", None), ("a", "x", Some(0.0)), ("b", "x", Some(-0.0))]),
        &["weights of the children of 'x' must not all be 0, got 0 for 'a', 'b'"],
    );
    wrong(
        weighted(&[("a", "", Some(0.0)), ("b", "", Some(0.0))]),
        &["weights of the indicators must not all be 0, got 0 for 'a', 'b'"],
    );
    wrong(
        weighted(&[("x", "", None), ("a", "x", Some(1.0)), ("b", "x", None), ("c", "x", None)]),
        &["weights of the children of 'x' must be given for all or for none, found none \
           for 'b', 'c'"],
    );
    wrong(
        weighted(&[("a", "", Some(1.0)), ("b", "", None)]),
        &["weights of the indicators must be given for all or for none, found none for 'b'"],
    );
}

#[test]
fn weights_of_any_size_are_shared() {
    for largest in [f64::MAX, 5e-324] {
        let tree = framework(weighted(&[
            ("a", "", Some(largest)),
            ("b", "", Some(largest)),
            ("c", "", Some(0.0)),
            ("d", "", Some(-0.0)),
        ]));
        let weights: Vec<f64> = tree.nodes().iter().map(|node| node.weight).collect();
        assert_eq!(weights, [0.5, 0.5, 0.0, 0.0, 1.0]);
        assert!(weights.iter().all(|weight| weight.is_sign_positive()));
    }
}

#[test]
fn directions_must_be_1_or_minus_1() {
    wrong(
        changed("a", |row| row.direction = Some(2.0)),
        &["direction of 'a' must be 1 or -1, got 2"],
    );
    wrong(
        changed("b", |row| row.direction = Some(f64::NAN)),
        &["direction of 'b' must be 1 or -1, got NaN"],
    );
    wrong(
        changed("top", |row| row.direction = Some(-1.0)),
        &["direction of 'top' must be 1 or NULL, got -1 (the root has no parent to count against)"],
    );
    assert!(framework(changed("group", |row| row.direction = Some(-1.0))).is_turned(1));
    framework(changed("group", |row| row.direction = Some(1.0)));
}

#[test]
fn options_must_stand_where_they_serve() {
    let of_group = |row: &mut Row| {
        (row.lower, row.upper, row.target) = (Some(1.0), Some(2.0), Some(3.0));
        row.base = Some(ScalarValue::from("2014"));
        row.normalisation = Some("rank".into());
    };
    let why = "an indicator has it, not a node with children";
    wrong(
        changed("group", of_group),
        &[
            &format!("lower of 'group' must be NULL, got 1 ({why})"),
            &format!("upper of 'group' must be NULL, got 2 ({why})"),
            &format!("target of 'group' must be NULL, got 3 ({why})"),
            &format!("base of 'group' must be NULL, got 2014 ({why})"),
            &format!("normalisation of 'group' must be NULL, got 'rank' ({why})"),
        ],
    );
    let of_indicator = |row: &mut Row| {
        (row.aggregation, row.min_coverage) = (Some("geometric".into()), Some(0.5));
    };
    let why = "a node with children has it, not an indicator";
    wrong(
        changed("a", of_indicator),
        &[
            &format!("aggregation of 'a' must be NULL, got 'geometric' ({why})"),
            &format!("min_coverage of 'a' must be NULL, got 0.5 ({why})"),
        ],
    );
}

#[test]
fn numbers_must_be_in_their_domain() {
    for (share, shown) in [(1.5, "1.5"), (-0.1, "-0.1"), (f64::NAN, "NaN")] {
        wrong(
            changed("group", |row| row.min_coverage = Some(share)),
            &[&format!("min_coverage of 'group' must be between 0 and 1, got {shown}")],
        );
    }
    let not_finite = |row: &mut Row| {
        (row.lower, row.upper) = (Some(f64::NAN), Some(f64::INFINITY));
        row.target = Some(f64::NEG_INFINITY);
    };
    wrong(
        changed("a", not_finite),
        &[
            "lower of 'a' must be finite, got NaN",
            "upper of 'a' must be finite, got inf",
            "target of 'a' must be finite, got -inf",
        ],
    );
    for upper in [4.0, 3.0] {
        let bounds = |row: &mut Row| (row.lower, row.upper) = (Some(5.0), Some(upper));
        wrong(
            changed("a", bounds),
            &[&format!("lower of 'a' must be below upper, got 5 and {upper}")],
        );
    }
}

#[test]
fn all_faults_come_at_once() {
    let mut rows = weighted(&[
        ("top", "", None),
        ("other", "", None),
        ("economy", "top", Some(0.0)),
        ("gdp", "economy", Some(-1.0)),
        ("gdp", "economy", Some(1.0)),
        ("", "economy", Some(1.0)),
        ("cpi", "econony", Some(1.0)),
        ("x", "y", None),
        ("y", "x", None),
    ]);
    rows[3].direction = Some(0.0);
    rows[6].min_coverage = Some(0.5);
    let faults = Framework::new(rows, &Defaults::default()).unwrap_err();
    assert_eq!(
        faults.to_string(),
        "9 faults: framework: code of row 6 must not be NULL; \
         framework: codes must be unique, found 'gdp' in rows 4, 5; \
         framework: 'cpi' has the parent 'econony', which is not in the framework; did you mean \
         'economy'?; \
         framework: parents must not form a cycle, found 'x', 'y' (each has the next as its parent); \
         framework: must have one root, a row without parent, found 2: 'top', 'other'; \
         framework: weight of 'gdp' must be finite and >= 0, got -1; \
         framework: direction of 'gdp' must be 1 or -1, got 0; \
         framework: min_coverage of 'cpi' must be NULL, got 0.5 (a node with children has it, not \
         an indicator); \
         framework: weights of the children of 'top' must not all be 0, got 0 for 'economy'"
    );
}

#[test]
fn many_faults_are_counted() {
    let rows = (0..73).map(|i| Row { direction: Some(3.0), ..row(&format!("i{i}"), "") });
    let faults = Framework::new(rows.collect(), &Defaults::default()).unwrap_err();
    let text = faults.to_string();
    assert_eq!(faults.0.len(), 73);
    assert!(text.starts_with("73 faults: framework: direction of 'i0' must"));
    assert!(text.ends_with("direction of 'i49' must be 1 or -1, got 3; and 23 more"));
    let one = Faults(vec!["framework: x".into()]);
    assert_eq!(one.to_string(), "framework: x");
}

#[test]
fn a_fault_stays_on_its_line() {
    wrong(
        changed("a", |row| row.parent = Some("x\ny\u{1b}[31m".into())),
        &["'a' has the parent 'x\\ny\\u{1b}[31m', which is not in the framework"],
    );
}

#[test]
fn a_hundred_thousand_indicators() {
    let start = Instant::now();
    let mut rows = vec![row("top", "")];
    rows.extend((0..100_000).map(|i| row(&format!("i{i}"), "top")));
    let tree = framework(rows);
    assert_eq!(tree.leaves().len(), 100_000);
    assert_eq!(tree.nodes()[tree.root()].level, 2);
    let mut sum = crate::kernel::Sum::default();
    tree.nodes().iter().skip(1).for_each(|node| sum.add(node.weight));
    assert!((sum.value() - 1.0).abs() < 1e-12);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn a_hundred_thousand_wrong_rows() {
    let start = Instant::now();
    let rows = (0..100_000).map(|i| Row {
        weight: Some(-1.0),
        ..row(&format!("indicator{i}"), &format!("indicatox{i}"))
    });
    assert_eq!(faults(rows.collect()).len(), 200_001);
    let circle = (0..100_000).map(|i| row(&format!("{i}"), &format!("{}", (i + 1) % 100_000)));
    assert_eq!(
        faults(circle.collect())[0],
        "framework: parents must not form a cycle, found '0', '1', '2', '3', '4', '5', '6', '7', \
        '8', '9' and 99990 more (each has the next as its parent)"
    );
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn a_chain_of_a_hundred_thousand() {
    // From the indicator up, so that no row stands after its parent.
    const DEPTH: usize = 100_000;
    let chain = (1..DEPTH).map(|i| row(&format!("n{i}"), &format!("n{}", i + 1)));
    let tree = framework(chain.chain([row(&format!("n{DEPTH}"), "")]).collect());
    assert_eq!(tree.root(), DEPTH - 1);
    assert_eq!(tree.nodes()[tree.root()].level, DEPTH);
    assert!(
        tree.effective_weights(|node| tree.nodes()[node].weight)
            .iter()
            .all(|&weight| weight == 1.0)
    );
    assert!(tree.bottom_up().iter().copied().eq(0..DEPTH));
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> (Schema, RecordBatch) {
    let fields = columns.iter().map(|(name, a)| Field::new(*name, a.data_type().clone(), true));
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::new(schema.clone()), arrays).unwrap();
    (schema, batch)
}

#[test]
fn columns_of_many_types_are_read() {
    let words: DictionaryArray<Int32Type> =
        vec![Some("minmax"), None, Some("rank")].into_iter().collect();
    let weights = Decimal128Array::from(vec![Some(25), Some(75), None])
        .with_precision_and_scale(5, 2)
        .unwrap();
    let large = |array: ArrayRef, to: DataType| cast(&array, &to).unwrap();
    let periods: ArrayRef = Arc::new(StringArray::from(vec![Some("2014"), None, Some("2015")]));
    let dictionary = |values| DataType::Dictionary(Box::new(DataType::Int32), Box::new(values));
    let (schema, batch) = batch(vec![
        ("noise", Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0]))),
        ("code", Arc::new(Int64Array::from(vec![101, 102, 1]))),
        ("parent", Arc::new(StringViewArray::from(vec![Some("1"), Some("1"), None]))),
        ("label", large(Arc::new(StringArray::from(vec!["a", "b", "c"])), DataType::LargeUtf8)),
        ("weight", Arc::new(weights)),
        ("direction", Arc::new(Int64Array::from(vec![Some(1), Some(-1), None]))),
        (
            "lower",
            large(Arc::new(Float64Array::from(vec![0.5, 1.5, 2.5])), dictionary(DataType::Float64)),
        ),
        ("upper", Arc::new(NullArray::new(3))),
        ("base", large(periods, dictionary(DataType::Utf8))),
        ("normalisation", Arc::new(words)),
        ("aggregation", Arc::new(NullArray::new(3))),
    ]);
    let read = rows(&schema, &[batch.clone(), batch]).unwrap();
    assert_eq!(read.len(), 6);
    assert_eq!(read[..3], read[3..]);
    assert_eq!(
        read[0],
        Row {
            weight: Some(0.25),
            direction: Some(1.0),
            label: Some("a".into()),
            lower: Some(0.5),
            base: Some(ScalarValue::from("2014")),
            normalisation: Some("minmax".into()),
            ..row("101", "1")
        }
    );
    assert_eq!(read[1].base, None);
    assert_eq!((read[2].parent.as_deref(), read[2].weight), (None, None));
}

#[test]
fn columns_of_other_types_are_refused() {
    let (schema, other) = batch(vec![
        ("parent", Arc::new(Float64Array::from(vec![1.5]))),
        ("weight", Arc::new(StringArray::from(vec!["1"]))),
    ]);
    let want = "3 faults: framework: must have a column 'code', found 'parent', 'weight'; \
        framework: column 'parent' must be text, found DOUBLE; \
        framework: column 'weight' must be a number, found VARCHAR";
    let message = |error: datafusion::common::DataFusionError| error.strip_backtrace();
    assert!(message(check_schema(&schema).unwrap_err()).ends_with(want));
    assert!(message(rows(&schema, &[other]).unwrap_err()).ends_with(want));

    let schema = Schema::new(vec![
        Field::new("code", DataType::Utf8, true),
        Field::new("min_coverage", DataType::Boolean, true),
    ]);
    assert!(
        message(check_schema(&schema).unwrap_err())
            .ends_with("framework: column 'min_coverage' must be a number, found BOOLEAN")
    );
    assert!(
        rows(&Schema::new(vec![Field::new("code", DataType::Utf8, true)]), &[]).unwrap().is_empty()
    );
}
