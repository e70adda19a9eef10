//! What is written: a message for each operator. The numbers of fields stay as they are; new ones are
//! added.

use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use datafusion_proto::protobuf;
use prost::{Message, Oneof};

/// An operator of ours, or what another codec has written of one that is not.
#[derive(Clone, PartialEq, Message)]
pub struct Operator {
    #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5, 6")]
    pub kind: Option<Kind>,
}

#[derive(Clone, PartialEq, Oneof)]
pub enum Kind {
    #[prost(message, tag = "1")]
    Index(Box<Index>),
    #[prost(message, tag = "2")]
    InOrder(InOrder),
    #[prost(message, tag = "3")]
    Windows(Windows),
    #[prost(message, tag = "4")]
    Holding(Aggregation),
    #[prost(bytes = "vec", tag = "5")]
    Other(Vec<u8>),
    #[prost(message, tag = "6")]
    Longer(Longer),
}

/// The call of a table function, and what is wanted of it. Its tables are the inputs.
#[derive(Clone, PartialEq, Message)]
pub struct Index {
    #[prost(string, tag = "1")]
    pub function: String,
    #[prost(message, repeated, tag = "2")]
    pub constants: Vec<Constant>,
    #[prost(string, repeated, tag = "3")]
    pub tables: Vec<String>,
    #[prost(bool, tag = "4")]
    pub has_period: bool,
    #[prost(message, optional, tag = "5")]
    pub filter: Option<protobuf::PhysicalExprNode>,
    #[prost(message, optional, tag = "6")]
    pub schema: Option<protobuf::Schema>,
    #[prost(uint64, tag = "7")]
    pub partitions: u64,
    #[prost(message, optional, tag = "8")]
    pub periods: Option<protobuf::PhysicalExprNode>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Constant {
    #[prost(string, tag = "1")]
    pub name: String,
    /// One; of a list its items.
    #[prost(message, repeated, tag = "2")]
    pub values: Vec<protobuf::ScalarValue>,
    #[prost(bool, tag = "3")]
    pub is_list: bool,
}

#[derive(Clone, PartialEq, Message)]
pub struct InOrder {}

/// Windows over whole partitions.
#[derive(Clone, PartialEq, Message)]
pub struct Windows {
    #[prost(message, repeated, tag = "1")]
    pub keys: Vec<protobuf::PhysicalExprNode>,
    #[prost(message, repeated, tag = "2")]
    pub calls: Vec<Window>,
    #[prost(message, optional, tag = "3")]
    pub schema: Option<protobuf::Schema>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Window {
    #[prost(string, tag = "1")]
    pub function: String,
    /// Where the function is an aggregate.
    #[prost(message, optional, tag = "2")]
    pub aggregate: Option<AsWindow>,
    #[prost(message, repeated, tag = "3")]
    pub arguments: Vec<protobuf::PhysicalExprNode>,
    #[prost(string, tag = "4")]
    pub name: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct AsWindow {
    #[prost(bool, tag = "1")]
    pub has_filter: bool,
    #[prost(message, optional, tag = "2")]
    pub sought: Option<Seeker>,
    /// Whether it is one of ours, whatever else has its name in a session.
    #[prost(bool, tag = "3")]
    pub is_ours: bool,
    /// What a codec has written of it.
    #[prost(bytes = "vec", tag = "4")]
    pub function: Vec<u8>,
}

/// What a call looks for, and what to say where it is nowhere.
#[derive(Clone, PartialEq, Message)]
pub struct Seeker {
    #[prost(string, tag = "1")]
    pub field: String,
    #[prost(string, tag = "2")]
    pub message: String,
}

/// The engine's aggregation, of an input without rows.
#[derive(Clone, PartialEq, Message)]
pub struct Aggregation {
    #[prost(message, optional, tag = "1")]
    pub aggregate: Option<Box<protobuf::PhysicalPlanNode>>,
}

/// A row for each of some groups of columns.
#[derive(Clone, PartialEq, Message)]
pub struct Longer {
    #[prost(uint64, repeated, tag = "1")]
    pub kept: Vec<u64>,
    #[prost(message, repeated, tag = "2")]
    pub names: Vec<Names>,
    #[prost(message, repeated, tag = "3")]
    pub values: Vec<OfGroups>,
    #[prost(uint64, tag = "4")]
    pub groups: u64,
    #[prost(bool, tag = "5")]
    pub keep_nulls: bool,
    #[prost(message, optional, tag = "6")]
    pub schema: Option<protobuf::Schema>,
    #[prost(uint64, repeated, tag = "7")]
    pub wanted: Vec<u64>,
}

/// What the groups are called.
#[derive(Clone, PartialEq, Message)]
pub struct Names {
    #[prost(message, repeated, tag = "1")]
    pub names: Vec<protobuf::ScalarValue>,
}

/// The columns of a value, one more than the place of each; 0 is none.
#[derive(Clone, PartialEq, Message)]
pub struct OfGroups {
    #[prost(uint64, repeated, tag = "1")]
    pub columns: Vec<u64>,
}

/// A function of windows that is in no session, or what another codec has written of one.
#[derive(Clone, PartialEq, Message)]
pub struct WindowFunction {
    #[prost(oneof = "OfWindows", tags = "1, 2")]
    pub kind: Option<OfWindows>,
}

#[derive(Clone, PartialEq, Oneof)]
pub enum OfWindows {
    #[prost(message, tag = "1")]
    Checks(Seeker),
    #[prost(bytes = "vec", tag = "2")]
    Other(Vec<u8>),
}

pub fn write(message: &impl Message, buffer: &mut Vec<u8>) -> Result<()> {
    message.encode(buffer).map_err(|error| exec_datafusion_err!("a plan: {error}"))
}

pub fn read<M: Message + Default>(bytes: &[u8]) -> Result<M> {
    M::decode(bytes).map_err(|error| damaged(&error.to_string()))
}

pub fn damaged(found: &str) -> DataFusionError {
    exec_datafusion_err!("a plan: must be bytes that GoalpostsCodec has written, found {found}")
}
