//! A picture drawn of a query, read back from its SVG.

use std::collections::BTreeMap;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::record_batch::RecordBatch;
use goalposts::draw::look::CELL;
use goalposts::draw::output::svg::svg;
use goalposts::draw::output::terminal;
use goalposts::draw::{Look, Request, draw};
use goalposts::session::{self, Options};
use resvg::usvg::roxmltree::{Document, Node};

use crate::repository;

/// A picture: its marks and texts in the order in which they are drawn.
#[derive(Debug)]
pub struct Picture {
    pub kind: &'static str,
    pub svg: String,
    pub marks: Vec<Mark>,
    pub texts: Vec<Text>,
    pub size: (f64, f64),
}

/// A mark, with its figures and the shapes it is made of.
#[derive(Debug, Clone)]
pub struct Mark {
    pub title: String,
    pub figures: BTreeMap<String, String>,
    pub shapes: Vec<Shape>,
}

/// A shape: the name of its element and its attributes.
#[derive(Debug, Clone)]
pub struct Shape {
    pub name: String,
    attributes: BTreeMap<String, String>,
    pub text: String,
}

/// A text, where it begins, ends or has its middle.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub said: String,
    pub x: f64,
    pub y: f64,
    pub anchor: String,
    pub size: f64,
}

/// The rows of a query over the data of the repository.
pub async fn rows(query: &str) -> Vec<RecordBatch> {
    let data = repository().join("data");
    let context = session::open(data.to_str(), &Options::default()).await.expect("a session");
    let frame = goalposts::sql(&context, query).await.expect("a plan");
    let schema = frame.schema().inner().clone();
    let mut batches = frame.collect().await.expect("rows");
    batches.push(RecordBatch::new_empty(schema));
    batches
}

/// A column of numbers of some rows.
pub fn numbers(batches: &[RecordBatch], name: &str) -> Vec<Option<f64>> {
    let of_batch = |batch: &RecordBatch| {
        let column = cast(batch.column_by_name(name).expect("a column"), &DataType::Float64);
        column.expect("numbers").as_primitive::<Float64Type>().iter().collect::<Vec<_>>()
    };
    batches.iter().flat_map(of_batch).collect()
}

/// A column of texts.
pub fn texts(batches: &[RecordBatch], name: &str) -> Vec<String> {
    let of_batch = |batch: &RecordBatch| {
        let column = cast(batch.column_by_name(name).expect("a column"), &DataType::Utf8);
        let column = column.expect("texts");
        let texts = column.as_string::<i32>().iter();
        texts.map(|text| text.unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    batches.iter().flat_map(of_batch).collect()
}

/// The picture of a query.
pub async fn picture(query: &str, plot: &str) -> Picture {
    match drawn(query, plot).await {
        Ok(picture) => picture,
        Err(fault) => panic!("{plot} of {query}: {fault}"),
    }
}

/// Why there is no picture of a query.
pub async fn fault(query: &str, plot: &str) -> String {
    match drawn(query, plot).await {
        Ok(picture) => panic!("{plot} of {query} must be an error, found {}", picture.svg),
        Err(fault) => fault,
    }
}

async fn drawn(query: &str, plot: &str) -> Result<Picture, String> {
    let drawn = drawn_as(query, plot, &Look::default()).await?;
    Ok(Picture::read(drawn.kind.name, svg(&drawn)))
}

async fn drawn_as(
    query: &str,
    plot: &str,
    look: &Look,
) -> Result<goalposts::draw::Picture, String> {
    let batches = rows(query).await;
    let said = |error| goalposts::error::describe(&error).clone();
    let request = Request::read(plot).map_err(said)?;
    draw(&batches[0].schema(), &batches, &request, look).map_err(said)
}

/// The picture of a query in the characters of a terminal of so many columns, or why there is none.
pub async fn characters(
    query: &str,
    plot: &str,
    columns: usize,
    is_coloured: bool,
) -> Result<String, String> {
    let (width, height) = (columns as f64 * CELL.0, 20.0 * CELL.1);
    let look = Look { width, height, in_characters: true, ..Look::default() };
    let drawn = drawn_as(query, plot, &look).await?;
    Ok(terminal::characters(&drawn, columns, is_coloured))
}

impl Picture {
    fn read(kind: &'static str, svg: String) -> Self {
        let (marks, all, size) = {
            let document = Document::parse(&svg).expect("well-formed");
            let root = document.root_element();
            let size = (number(root, "width"), number(root, "height"));
            let elements = || root.descendants().filter(Node::is_element);
            let is_mark = |node: &Node| node.attribute("class") == Some("mark");
            let marks = elements().filter(is_mark).map(Mark::read).collect();
            let is_text = |node: &Node| node.has_tag_name("text");
            (marks, elements().filter(is_text).map(Text::read).collect::<Vec<_>>(), size)
        };
        let picture = Self { kind, svg, marks, texts: all, size };
        picture.lies_on_paper();
        picture
    }

    /// Marks that have a figure.
    pub fn with(&self, figure: &str) -> Vec<&Mark> {
        self.marks.iter().filter(|mark| mark.figures.contains_key(figure)).collect()
    }

    /// A text that is written.
    pub fn text(&self, said: &str) -> &Text {
        let found = self.texts.iter().find(|text| text.said == said);
        found.unwrap_or_else(|| panic!("'{said}' must be written, found {:?}", self.said()))
    }

    /// All that is written.
    pub fn said(&self) -> Vec<&str> {
        self.texts.iter().map(|text| text.said.as_str()).collect()
    }

    /// No number is missing in the drawing, and everything lies on the paper.
    fn lies_on_paper(&self) {
        assert!(!self.svg.contains("NaN") && !self.svg.contains("inf"), "{}", self.svg);
        let (wide, high) = self.size;
        assert!(wide < 4000.0 && high < 4000.0, "{wide} by {high}");
        for text in &self.texts {
            let is_inside =
                (-1.0..=wide + 1.0).contains(&text.x) && (-1.0..=high).contains(&text.y);
            assert!(is_inside, "{text:?} must lie on {wide} by {high}");
        }
        for shape in self.marks.iter().flat_map(|mark| &mark.shapes) {
            for (attribute, most) in
                [("cx", wide), ("cy", high), ("x", wide), ("y", high), ("x1", wide), ("x2", wide)]
            {
                let place = shape.attributes.get(attribute).map(|_| shape.number(attribute));
                assert!(
                    place.is_none_or(|place| (-1.0..=most + 1.0).contains(&place)),
                    "{shape:?}"
                );
            }
        }
    }
}

impl Mark {
    fn read(node: Node) -> Self {
        let figures = node.attributes().filter_map(|a| {
            Some((a.name().strip_prefix("data-")?.to_owned(), a.value().to_owned()))
        });
        let elements = || node.children().filter(Node::is_element);
        let title = elements().find(|node| node.has_tag_name("title"));
        let shapes = elements().filter(|node| !node.has_tag_name("title")).map(Shape::read);
        Self {
            title: title.and_then(|title| title.text()).unwrap_or_default().to_owned(),
            figures: figures.collect(),
            shapes: shapes.collect(),
        }
    }

    /// A figure as text.
    pub fn told(&self, figure: &str) -> &str {
        self.figures.get(figure).unwrap_or_else(|| panic!("{figure} of {self:?}"))
    }

    /// A figure as number.
    pub fn figure(&self, figure: &str) -> f64 {
        self.told(figure).parse().unwrap_or_else(|_| panic!("{figure} of {self:?}"))
    }

    /// Its first shape of a kind.
    pub fn shape(&self, name: &str) -> &Shape {
        let found = self.shapes.iter().find(|shape| shape.name == name);
        found.unwrap_or_else(|| panic!("{name} of {self:?}"))
    }
}

impl Shape {
    fn read(node: Node) -> Self {
        let attributes =
            node.attributes().map(|a| (a.name().to_owned(), a.value().to_owned())).collect();
        let text = node.text().unwrap_or_default().to_owned();
        Self { name: node.tag_name().name().to_owned(), attributes, text }
    }

    /// An attribute.
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).unwrap_or_else(|| panic!("{name} of {self:?}"))
    }

    /// An attribute as number.
    pub fn number(&self, name: &str) -> f64 {
        self.attribute(name).parse().unwrap_or_else(|_| panic!("{name} of {self:?}"))
    }

    /// The colour it is filled with: red, green, blue.
    pub fn fill(&self) -> [f64; 3] {
        let colour = self.attribute("fill");
        [1, 3, 5]
            .map(|at| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour")))
    }
}

impl Text {
    fn read(node: Node) -> Self {
        Self {
            said: node.text().unwrap_or_default().to_owned(),
            x: number(node, "x"),
            y: number(node, "y"),
            anchor: node.attribute("text-anchor").unwrap_or_default().to_owned(),
            size: number(node, "font-size"),
        }
    }
}

fn number(node: Node, name: &str) -> f64 {
    node.attribute(name)
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("{name} of {node:?}"))
}

/// Two numbers are the same but for the rounding of places to hundredths.
pub fn close(got: f64, want: f64, within: f64, what: &str) {
    assert!((got - want).abs() <= within, "{what}: {got} must be {want}");
}

/// Places are in proportion to numbers; the answer is how far apart two numbers that differ by 1 stand.
pub fn in_proportion(pairs: &[(f64, f64)]) -> f64 {
    let least = pairs.iter().copied().reduce(|a, b| if b.0 < a.0 { b } else { a }).expect("a pair");
    let most = pairs.iter().copied().reduce(|a, b| if b.0 > a.0 { b } else { a }).expect("a pair");
    assert!(most.0 > least.0, "{pairs:?}");
    let step = (most.1 - least.1) / (most.0 - least.0);
    for (number, place) in pairs {
        close(*place, least.1 + step * (number - least.0), 0.02, &format!("place of {number}"));
    }
    step
}

/// Names that are hard to write.
pub const NAMES: [&str; 4] = [
    "a name of eighty characters, which is rather more than anybody would want to read",
    "京津冀协同发展指数创新发展分指数",
    "<b>Tom & \"Jerry\"</b>",
    "cost in $ per $100",
];
