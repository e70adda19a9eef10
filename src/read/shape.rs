//! Shapes of tables that are known by name: how their columns are called, and what becomes of them.

/// A shape that is known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// World Bank: an indicator's download, or an extract of the DataBank.
    WorldBank,
    /// Eurostat: keys in the first column, flags after the values.
    Eurostat,
    /// SDMX-CSV.
    Sdmx,
    /// UNDP: the time series of the Human Development Report.
    Undp,
    /// COINr: iData or iMeta.
    Coinr,
}

/// What is known of a shape.
pub struct Known {
    /// Words that mean a missing value.
    pub missing: &'static [&'static str],
    /// How the names of wide columns are built; the first that fits.
    pub wide: &'static [&'static str],
    /// Old and new names of columns.
    pub rename: &'static [(&'static str, &'static str)],
    /// Whether flags follow numbers.
    pub flags: bool,
}

/// The words that name them.
pub const SHAPES: [(&str, Shape); 5] = [
    ("worldbank", Shape::WorldBank),
    ("eurostat", Shape::Eurostat),
    ("sdmx", Shape::Sdmx),
    ("undp", Shape::Undp),
    ("coinr", Shape::Coinr),
];

/// The column of the series key: what is left of the keys of a row when unit and period are taken.
pub const SERIES: &str = "indicator";

impl Shape {
    /// What is known of it.
    pub fn known(self) -> Known {
        match self {
            Self::WorldBank => Known {
                missing: &[".."],
                wide: &["{period} [YR{}]", "{period}"],
                rename: &[
                    ("Country Code", "unit"),
                    ("Country Name", "country"),
                    ("Indicator Code", "indicator"),
                    ("Series Code", "indicator"),
                    ("Indicator Name", "indicator_name"),
                    ("Series Name", "indicator_name"),
                    ("Time", "period"),
                ],
                flags: false,
            },
            Self::Eurostat => Known {
                missing: &[":"],
                wide: &["{period}"],
                rename: &[("geo", "unit"), ("unit", "unit_measure")],
                flags: true,
            },
            Self::Sdmx => Known {
                missing: &["NaN"],
                wide: &[],
                rename: &[
                    ("REF_AREA", "unit"),
                    ("geo", "unit"),
                    ("unit", "unit_measure"),
                    ("TIME_PERIOD", "period"),
                    ("OBS_VALUE", "value"),
                    ("OBS_STATUS", "flag"),
                    ("OBS_FLAG", "flag"),
                    ("INDICATOR", "indicator"),
                    ("MEASURE", "indicator"),
                    ("SERIES", "indicator"),
                ],
                flags: false,
            },
            Self::Undp => Known {
                missing: &["..", "NaN"],
                wide: &["{indicator}_{period}"],
                rename: &[("iso3", "unit")],
                flags: false,
            },
            Self::Coinr => Known {
                missing: &["NA"],
                wide: &[],
                rename: &[
                    ("uCode", "unit"),
                    ("uName", "name"),
                    ("Time", "period"),
                    ("iCode", "code"),
                    ("iName", "name"),
                    ("Parent", "parent"),
                    ("Weight", "weight"),
                    ("Direction", "direction"),
                    ("Target", "target"),
                    ("Unit", "unit_measure"),
                ],
                flags: false,
            },
        }
    }

    /// The name that it gives to a column.
    pub fn new_name(self, old: &str) -> Option<&'static str> {
        let found = self.known().rename.iter().find(|(from, _)| *from == old);
        found.map(|(_, to)| *to)
    }
}

/// The keys that the first column of a Eurostat table holds, by its name: `freq,unit,geo\TIME_PERIOD`.
pub fn keys(column: &str) -> Option<Vec<&str>> {
    let (keys, time) = column.split_once('\\')?;
    let is_time = time.to_lowercase().starts_with("time");
    let keys: Vec<&str> = keys.split(',').map(str::trim).collect();
    (is_time && keys.iter().all(|key| !key.is_empty())).then_some(keys)
}
