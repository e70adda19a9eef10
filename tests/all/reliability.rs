//! What is left of an output, and beside it, when the program is killed, the disk is full, a folder
//! cannot be written to, or nobody reads on.
//!
//! `cargo test --test all -- --ignored --exact reliability::figures` kills it 500 times and prints
//! what stands in `docs/reliability.md`.

use libtest_mimic::Trial;

/// Every case.
pub fn trials() -> Vec<Trial> {
    #[cfg(unix)]
    return unix::trials();
    #[cfg(not(unix))]
    return vec![crate::skipped("reliability", "signals and limits are those of Unix")];
}

#[cfg(unix)]
mod unix {
    use std::fmt::Write as _;
    use std::fs;
    use std::io::Read;
    use std::os::unix::process::ExitStatusExt;
    use std::path::Path;
    use std::process::{Command, Output, Stdio};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::cli::{Place, is_of_a_picture, place};
    use crate::{skipped, trial};

    /// How often the figures kill, and the suite.
    const KILLS: usize = 500;
    const FEW: usize = 10;

    pub fn trials() -> Vec<Trial> {
        let mut trials = vec![
            trial("reliability::killed", || {
                killed(FEW);
            }),
            trial("reliability::swept", swept),
            trial("reliability::limit_of_a_file", limit),
            trial("reliability::device_that_is_full", full_device),
            trial("reliability::closed_pipe", closed_pipe),
        ];
        let name = "reliability::full_disk";
        trials.push(match can_mount() {
            true => trial(name, full_disk),
            false => skipped(name, NO_MOUNT),
        });
        let name = "reliability::folder_for_reading";
        trials.push(match is_root() && !can_mount() {
            false => trial(name, read_only),
            true => skipped(name, NO_MOUNT),
        });
        let figures = trial("reliability::figures", figures);
        trials.push(figures.with_ignored_flag(true));
        trials
    }

    const NO_MOUNT: &str = "no file system can be mounted here (unshare)";

    // ------------------------------------------------------------------------------- what is done

    /// Something that writes, in two versions, `$v` 1 and 2.
    struct Writing {
        name: &'static str,
        arguments: Vec<&'static str>,
        /// Files or folders, each of them old or new.
        outputs: Vec<&'static str>,
    }

    const ROWS: &str = "SELECT i, 'unit ' || (i % 97) AS unit, i % 5 AS part, i * 0.37 + $v AS value \
                        FROM 'in.parquet' ORDER BY i";

    fn writings() -> Vec<Writing> {
        let export = |name, file: &'static str, more: &[&'static str]| Writing {
            name,
            arguments: [&["export", "--file", "rows.sql", "-o", file], more].concat(),
            outputs: vec![file],
        };
        vec![
            Writing {
                name: "import",
                arguments: vec!["import", "in.csv", "-o", "out/import.parquet"],
                outputs: vec!["out/import.parquet"],
            },
            export("export .arrow", "out/x.arrow", &["--compression", "lz4"]),
            export("export .parquet", "out/x.parquet", &[]),
            export("export .csv", "out/x.csv", &[]),
            export("export .xlsx", "out/x.xlsx", &[]),
            export("export --partition-by", "out/x", &["--partition-by", "part", "--overwrite"]),
            Writing {
                name: "export of a sort that spills",
                arguments: vec![
                    "export",
                    "--file",
                    "spill.sql",
                    "-o",
                    "out/spill.arrow",
                    "--memory-limit",
                    "24M",
                    "--threads",
                    "1",
                ],
                outputs: vec!["out/spill.arrow"],
            },
            Writing {
                name: "run --out",
                arguments: vec!["run", "q", "--out", "out", "-f", "parquet"],
                outputs: vec!["out/1.parquet", "out/2.parquet", "out/3.parquet"],
            },
            Writing {
                name: "COPY",
                arguments: vec!["run", "copy.sql"],
                outputs: vec!["out/copy.parquet"],
            },
        ]
    }

    /// One of each way to write: a file, a sheet, a folder, several files.
    fn some() -> Vec<Writing> {
        let names = ["import", "export .xlsx", "export --partition-by", "run --out"];
        writings().into_iter().filter(|writing| names.contains(&writing.name)).collect()
    }

    /// A folder with what is read, `out/` and `tmp/`.
    fn prepared() -> Place {
        let place = place();
        let rows = "SELECT value AS i FROM generate_series(1, 20000) ORDER BY value";
        place.export(rows, "in.parquet");
        let many = "SELECT value AS i, repeat('text ', 20) || value AS t \
                    FROM generate_series(1, 80000) ORDER BY value";
        place.export(many, "many.parquet");
        for version in ["1", "2"] {
            let long = format!(
                "SELECT 'i' || (i % 9) AS indicator, 'u' || i AS unit, 2024 AS period, \
                 i + {version} AS value FROM 'in.parquet'"
            );
            place.export(&long, &format!("in{version}.csv"));
        }
        place
            .write("rows.sql", ROWS)
            .write("copy.sql", format!("COPY ({ROWS}) TO 'out/copy.parquet'"));
        place.write(
            "spill.sql",
            "SELECT i + $v AS i, t FROM 'many.parquet' ORDER BY reverse(t), i DESC",
        );
        for file in ["q/1.sql", "q/2.sql", "q/3.sql"] {
            place.write(file, ROWS);
        }
        for folder in ["out", "tmp"] {
            fs::create_dir_all(place.path(folder)).expect("a folder");
        }
        place
    }

    fn command(place: &Place, writing: &Writing, version: usize) -> Command {
        let (v, csv) = (format!("v={version}"), format!("in{version}.csv"));
        let given = writing.arguments.iter().map(|word| match *word {
            "in.csv" => csv.as_str(),
            word => word,
        });
        let arguments: Vec<&str> = given.chain(["--quiet", "-p", &v]).collect();
        let mut command = place.command(&arguments);
        command.env("SOURCE_DATE_EPOCH", "1735689600").env("TMPDIR", place.path("tmp"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    /// What a file or a folder holds.
    fn content(path: &Path) -> Vec<(String, Vec<u8>)> {
        let Ok(found) = fs::metadata(path) else { return Vec::new() };
        if !found.is_dir() {
            return vec![(String::new(), fs::read(path).expect("a file"))];
        }
        let mut all = Vec::new();
        for entry in fs::read_dir(path).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            let inside = content(&entry.path()).into_iter();
            all.extend(inside.map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        }
        all.sort();
        all
    }

    /// The output of a version, which is in place then.
    fn made(place: &Place, writing: &Writing, version: usize) -> Vec<Content> {
        let done = command(place, writing, version).output().expect("it runs");
        assert!(done.status.success(), "{}: {}", writing.name, text(&done.stderr));
        outputs(place, writing)
    }

    /// The outputs of both versions, the first in place, and how long one takes.
    fn both(place: &Place, writing: &Writing) -> ([Vec<Content>; 2], Duration) {
        let made = [2, 1].map(|version| {
            let start = Instant::now();
            (made(place, writing, version), start.elapsed())
        });
        let [(new, first), (old, second)] = made;
        assert!(old != new, "{}: two versions must differ", writing.name);
        ([old, new], first.min(second))
    }

    /// What a run writes beside its results; whole as they are.
    const MANIFEST: &str = "out/manifest.json";

    type Content = Vec<(String, Vec<u8>)>;

    fn outputs(place: &Place, writing: &Writing) -> Vec<Content> {
        writing.outputs.iter().map(|output| content(&place.path(output))).collect()
    }

    /// What stands in the folder of outputs beside them, and in that for temporary files.
    fn debris(place: &Place, known: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for folder in ["out", "tmp"] {
            for entry in fs::read_dir(place.path(folder)).expect("a folder") {
                let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
                let name = format!("{folder}/{name}");
                if !known.contains(&name.as_str()) && name != MANIFEST {
                    found.push(name);
                }
            }
        }
        found
    }

    /// Starts the program in the folder of outputs.
    fn start_again(place: &Place) {
        let mut command = place.command(&["-q", "-c", "SELECT 1"]);
        command.current_dir(place.path("out")).env("TMPDIR", place.path("tmp"));
        let done = command.output().expect("it runs");
        assert!(done.status.success(), "{}", text(&done.stderr));
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    // ------------------------------------------------------------------------------------- killed

    #[derive(Default)]
    struct Tally {
        kills: usize,
        old: usize,
        new: usize,
        mixed: usize,
        littered: usize,
    }

    /// Numbers that look random, the same each time.
    struct Moments(u64);

    impl Moments {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut x = self.0;
            x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    /// Kills the program at random moments, and looks at what is left.
    fn killed(kills: usize) -> Vec<(&'static str, Tally)> {
        let place = prepared();
        let writings = writings();
        let known: Vec<&str> = writings.iter().flat_map(|w| w.outputs.iter().copied()).collect();
        let versions: Vec<_> = writings.iter().map(|writing| both(&place, writing)).collect();
        let mut tallies: Vec<(&str, Tally)> =
            writings.iter().map(|writing| (writing.name, Tally::default())).collect();
        let mut current = vec![0; writings.len()];
        let mut moments = Moments(14);
        let mut i = 0;
        let mut done = 0;
        while done < kills {
            let which = i % writings.len();
            i += 1;
            let (writing, (versions, time)) = (&writings[which], &versions[which]);
            let tally = &mut tallies[which].1;
            let other = 1 - current[which];
            let mut child = command(&place, writing, other + 1).spawn().expect("it starts");
            std::thread::sleep(time.mul_f64(moments.next() * 1.05));
            child.kill().expect("it is killed");
            let ended = child.wait_with_output().expect("it ends");
            if ended.status.signal() == Some(9) {
                (tally.kills, done) = (tally.kills + 1, done + 1);
            } else {
                assert!(ended.status.success(), "{}: {}", writing.name, text(&ended.stderr));
            }
            let found = outputs(&place, writing);
            let is = |version: usize, output: usize| found[output] == versions[version][output];
            for (output, name) in writing.outputs.iter().enumerate() {
                assert!(is(0, output) || is(1, output), "{}: {name} is neither", writing.name);
            }
            if let Ok(manifest) = fs::read(place.path(MANIFEST)) {
                let read = serde_json::from_slice::<serde_json::Value>(&manifest);
                read.unwrap_or_else(|error| panic!("{}: manifest: {error}", writing.name));
            }
            let are = |version: usize| (0..found.len()).all(|output| is(version, output));
            let is_killed = usize::from(ended.status.signal() == Some(9));
            match (are(current[which]), are(other)) {
                (true, _) => tally.old += is_killed,
                (_, true) => {
                    tally.new += is_killed;
                    current[which] = other;
                }
                _ => {
                    // Of several files some are new: each is whole. All of them are made old again.
                    tally.mixed += is_killed;
                    made(&place, writing, current[which] + 1);
                }
            }
            tally.littered += usize::from(!debris(&place, &known).is_empty());
            start_again(&place);
            let left = debris(&place, &known);
            assert!(left.is_empty(), "{}: left behind: {left:?}", writing.name);
        }
        tallies
    }

    /// What dead processes left goes, what belongs to living ones and to others stays.
    fn swept() {
        let place = place();
        fs::create_dir_all(place.path("tmp")).expect("a folder");
        let names = ["out/", "data/", "", "tmp/"];
        for folder in names {
            place.write(&format!("{folder}.goalposts-Abc123.part"), "half");
            place.write(&format!("{folder}.goalposts-Abcd1234.part/year=1/x"), "half");
            place.write(&format!("{folder}.goalposts-Abcd1234.tmp/x"), "spilled");
            place.write(&format!("{folder}.goalposts-living1.part"), "half");
            place.write(&format!("{folder}.goalposts-mine.txt"), "mine");
        }
        let held: Vec<fs::File> = names
            .map(|folder| {
                place.write(&format!("{folder}.goalposts-livingAB.part"), "half");
                let path = place.path(&format!("{folder}.goalposts-livingAB.part"));
                let file = fs::File::open(path).expect("a file");
                file.lock().expect("a lock");
                file
            })
            .into();
        let mut command = place.command(&["export", "SELECT 1 AS a", "-o", "out/a.csv"]);
        command.env("TMPDIR", place.path("tmp"));
        assert!(command.output().expect("it runs").status.success());
        drop(held);
        let kept = |folder: &str| {
            let names = ["livingAB.part", "living1.part", "mine.txt"];
            names.map(|name| format!("{folder}.goalposts-{name}"))
        };
        let mut expected: Vec<String> = names.into_iter().flat_map(kept).collect();
        expected.push("out/a.csv".into());
        expected.sort();
        assert_eq!(place.files(), expected);
    }

    // --------------------------------------------------------------------------- what is refused

    /// Each of them fails with a line, the old output is whole, and nothing else is there.
    fn refused(place: &Place, run: impl Fn(&Place, &Writing) -> Output, words: &[&str]) {
        let writings = some();
        let known: Vec<&str> = writings.iter().flat_map(|w| w.outputs.iter().copied()).collect();
        for writing in &writings {
            let old = made(place, writing, 1);
            let done = run(place, writing);
            let said = text(&done.stderr);
            assert!(matches!(done.status.code(), Some(1 | 2)), "{}: {said}", writing.name);
            let lines = said.lines().filter(|line| !is_of_a_picture(line));
            assert_eq!(lines.count(), 1, "{said}");
            assert!(words.iter().any(|word| said.contains(word)), "{}: {said}", writing.name);
            assert!(outputs(place, writing) == old, "{}: must be as it was", writing.name);
            assert_eq!(debris(place, &known), Vec::<String>::new(), "{}", writing.name);
        }
    }

    /// The program below a shell that first does something.
    fn below(shell: &str, place: &Place, writing: &Writing) -> Output {
        let program = command(place, writing, 2);
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{shell}; exec \"$0\" \"$@\"")]);
        command.arg(program.get_program()).args(program.get_args());
        command.current_dir(place.path("")).env_remove("GOALPOSTS_DATA");
        command.env("SOURCE_DATE_EPOCH", "1735689600").env("TMPDIR", place.path("tmp"));
        command.stdin(Stdio::null()).output().expect("a shell")
    }

    /// Files may have so many bytes; the signal is not what ends it.
    fn limit() {
        let place = prepared();
        let shell = "trap '' XFSZ; ulimit -f 16";
        refused(&place, |place, writing| below(shell, place, writing), &["File too large"]);
    }

    fn full_device() {
        let place = place();
        for format in ["arrow", "arrows", "parquet", "csv", "xlsx", "json"] {
            let sql = "SELECT value AS v FROM generate_series(1, 100000)";
            let run = place.run(&["export", sql, "-o", "/dev/full", "-f", format]);
            let message = run.fails(2);
            assert!(message.contains("No space left on device"), "{format}: {message}");
        }
    }

    /// A name space of its own, where file systems can be mounted.
    fn mounting(shell: &str) -> Command {
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", shell]);
        command
    }

    fn can_mount() -> bool {
        let place = place();
        let mut command = mounting("mount -t tmpfs -o size=64k none . && touch x");
        let done = command.current_dir(place.path("")).stderr(Stdio::null()).status();
        done.is_ok_and(|done| done.success())
    }

    fn is_root() -> bool {
        let id = Command::new("id").arg("-u").output();
        id.is_ok_and(|id| text(&id.stdout).trim() == "0")
    }

    /// A file system of a few pages, which holds the old output.
    fn full_disk() {
        let place = prepared();
        for writing in some() {
            made(&place, &writing, 1);
            let shell = "cp -r out old && mount -t tmpfs -o size=$SIZE none out && \
                         cp -r old/. out && before=$(ls -A out) && \"$0\" \"$@\"; code=$?; \
                         test \"$(ls -A out)\" = \"$before\" || exit 98; \
                         diff -r -x manifest.json old out >&2 || exit 99; exit $code";
            // What is there is all that there is room for, in pages.
            let pages = content(&place.path("out"));
            let pages: usize = pages.iter().map(|(_, bytes)| bytes.len().div_ceil(4096)).sum();
            let program = command(&place, &writing, 2);
            let mut command = mounting(shell);
            command.arg(program.get_program()).args(program.get_args());
            command.env("SIZE", ((pages + 4) * 4096).to_string());
            command.current_dir(place.path("")).env_remove("GOALPOSTS_DATA");
            command.env("SOURCE_DATE_EPOCH", "1735689600").env("TMPDIR", place.path("tmp"));
            let done = command.stdin(Stdio::null()).output().expect("a shell");
            let said = text(&done.stderr);
            assert!(matches!(done.status.code(), Some(1 | 2)), "{}: {said}", writing.name);
            assert!(said.contains("No space left"), "{}: {said}", writing.name);
            fs::remove_dir_all(place.path("old")).expect("a folder");
            fs::remove_dir_all(place.path("out")).expect("a folder");
            fs::create_dir(place.path("out")).expect("a folder");
        }
    }

    fn read_only() {
        let place = prepared();
        let words = ["ead-only", "ermission denied"];
        match can_mount() {
            true => {
                let mount = "mount --bind out out && mount -o remount,ro,bind out out";
                let run = |place: &Place, writing: &Writing| {
                    let program = command(place, writing, 2);
                    let mut command = mounting(&format!("{mount} && exec \"$0\" \"$@\""));
                    command.arg(program.get_program()).args(program.get_args());
                    command.current_dir(place.path("")).env("TMPDIR", place.path("tmp"));
                    command.stdin(Stdio::null()).output().expect("a shell")
                };
                refused(&place, run, &words);
            }
            false => {
                let run = |place: &Place, writing: &Writing| {
                    let set = |mode: u32| {
                        use std::os::unix::fs::PermissionsExt;
                        let mode = fs::Permissions::from_mode(mode);
                        fs::set_permissions(place.path("out"), mode).expect("permissions");
                    };
                    set(0o555);
                    let done = command(place, writing, 2).output().expect("it runs");
                    set(0o755);
                    done
                };
                refused(&place, run, &words);
            }
        }
    }

    /// A reader that has enough is a normal end, and nothing is said.
    fn closed_pipe() {
        let place = prepared();
        for format in ["arrow", "csv", "ndjson", "parquet"] {
            let sql = "SELECT value AS v FROM generate_series(1, 3000000)";
            let mut command = place.command(&["export", sql, "-o", "-", "-f", format]);
            command.env("TMPDIR", place.path("tmp"));
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().expect("it starts");
            let mut out = child.stdout.take().expect("its output");
            let mut some = [0; 4];
            out.read_exact(&mut some).expect("some bytes");
            drop(out);
            let done = child.wait_with_output().expect("it ends");
            assert_eq!((done.status.code(), text(&done.stderr)), (Some(0), String::new()));
            assert_eq!(debris(&place, &[]), Vec::<String>::new());
        }
    }

    // ------------------------------------------------------------------------------------ figures

    /// What stands in `docs/reliability.md`.
    fn figures() {
        let start = Instant::now();
        let tallies = killed(KILLS);
        let mut page = String::from(
            "| what was killed | kills | old output whole | new output whole | some files old, some new, \
             each whole | left something until the next start | left something after it |\n\
             |---|---|---|---|---|---|---|\n",
        );
        let mut row = |name: &str, tally: &Tally| {
            let Tally { kills, old, new, mixed, littered } = tally;
            writeln!(page, "| {name} | {kills} | {old} | {new} | {mixed} | {littered} | 0 |")
                .expect("text");
        };
        let mut all = Tally::default();
        for (name, tally) in &tallies {
            row(name, tally);
            all.kills += tally.kills;
            all.old += tally.old;
            all.new += tally.new;
            all.mixed += tally.mixed;
            all.littered += tally.littered;
        }
        row("all", &all);
        println!("{page}");
        page.clear();
        page.push_str("| what happened | what came of it |\n|---|---|\n");
        let mount = can_mount();
        let mut told = |what: &str, is_tried: bool, try_it: fn()| {
            let outcome = match is_tried {
                true => {
                    try_it();
                    "an error that says so, the old output whole, nothing left"
                }
                false => "not tried: nothing can be mounted here",
            };
            writeln!(page, "| {what} | {outcome} |").expect("text");
        };
        told("disk that is full (tmpfs)", mount, full_disk);
        told("file that may not grow (`ulimit -f`)", true, limit);
        told("device that is full (`/dev/full`)", true, full_device);
        told("folder for reading only", mount || !is_root(), read_only);
        closed_pipe();
        page.push_str("| pipe that is closed | a normal end, nothing left |\n");
        println!("{page}\n{:.0} s", start.elapsed().as_secs_f64());
    }
}
