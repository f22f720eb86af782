//! What a value of a schema may be. Tables are made of these at compile time.

/// One field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A string.
    Text(Text),
    /// One word of a few.
    Word(&'static [&'static str]),
    /// A whole number between two others, which it may equal.
    Integer(i64, i64),
    /// Any number between two others, which it may equal.
    Number(f64, f64),
    /// `true` or `false`.
    Boolean,
    /// Strings by name.
    Labels(Labels),
    /// Values by name.
    Map(Map),
    /// Values in order.
    List(List),
    /// Fields by name.
    Object(&'static [Field]),
    /// Anything: another part of the program reads it, or none.
    Any,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    /// In characters, as the API server counts.
    pub(super) longest: usize,
    pub(super) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Any,
    /// A duration as Go writes it, of at least a millisecond.
    Duration,
}

/// Labels are strings. One that YAML makes a boolean or a number is the concern of another rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels {
    pub(super) most: usize,
    /// Whether each must be equal to a label of a workload, so that `*` means nothing.
    pub(super) selects: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Map {
    pub(super) keys: Keys,
    pub(super) values: &'static Shape,
    pub(super) least: usize,
    pub(super) most: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    Any,
    /// Numbers from 1 to 65535.
    Ports,
    /// Names of ports: letters, digits and dashes.
    PortNames,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    pub(super) items: &'static Shape,
    pub(super) least: usize,
    pub(super) most: usize,
}

const NO_LIMIT: usize = usize::MAX;
pub(super) const TEXT: Shape = Shape::Text(Text {
    longest: NO_LIMIT,
    format: Format::Any,
});
/// Bounds of a `uint32` of protobuf.
pub(super) const UINT32: Shape = Shape::Integer(0, 4_294_967_295);
pub(super) const INT32: Shape = Shape::Integer(-2_147_483_648, 2_147_483_647);
pub(super) const PORT: Shape = Shape::Integer(1, 65_535);

impl Field {
    /// The API server refuses an object without it.
    pub(super) const fn required(self) -> Field {
        Field {
            required: true,
            ..self
        }
    }
}

pub(super) const fn field(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: false,
    }
}

pub(super) const fn text(name: &'static str) -> Field {
    field(name, TEXT)
}

pub(super) const fn short_text(longest: usize) -> Shape {
    Shape::Text(Text {
        longest,
        format: Format::Any,
    })
}

pub(super) const fn duration(name: &'static str) -> Field {
    let shape = Text {
        longest: NO_LIMIT,
        format: Format::Duration,
    };
    field(name, Shape::Text(shape))
}

pub(super) const fn word(name: &'static str, words: &'static [&'static str]) -> Field {
    field(name, Shape::Word(words))
}

pub(super) const fn boolean(name: &'static str) -> Field {
    field(name, Shape::Boolean)
}

pub(super) const fn object(name: &'static str, fields: &'static [Field]) -> Field {
    field(name, Shape::Object(fields))
}

pub(super) const fn texts(name: &'static str) -> Field {
    list(name, &TEXT)
}

pub(super) const fn list(name: &'static str, items: &'static Shape) -> Field {
    list_of(name, items, 0, NO_LIMIT)
}

pub(super) const fn list_of(name: &'static str, items: &'static Shape, least: usize, most: usize) -> Field {
    field(name, Shape::List(List { items, least, most }))
}

pub(super) const fn map(name: &'static str, values: &'static Shape) -> Field {
    map_of(name, Keys::Any, values, NO_LIMIT)
}

pub(super) const fn map_of(name: &'static str, keys: Keys, values: &'static Shape, most: usize) -> Field {
    let least = 0;
    field(
        name,
        Shape::Map(Map {
            keys,
            values,
            least,
            most,
        }),
    )
}

pub(super) const fn labels(name: &'static str, most: usize) -> Field {
    let selects = false;
    field(name, Shape::Labels(Labels { most, selects }))
}

pub(super) const fn selector(name: &'static str, most: usize) -> Field {
    let selects = true;
    field(name, Shape::Labels(Labels { most, selects }))
}
