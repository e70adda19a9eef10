//! The bytes of a text file as UTF-8: which encoding they are in, and reading them in it.
//!
//! An encoding is stated, or the byte order mark says it, or the text is UTF-8 throughout, or it is
//! guessed. No byte is ever replaced: what does not fit is an error with its line and column.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, Decoder, DecoderResult, EUC_JP, EUC_KR, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE,
    UTF_16LE, WINDOWS_1250, WINDOWS_1252,
};

use super::fault::{Fault, Result};

/// How many bytes are read at a time.
const BLOCK: usize = 256 << 10;

/// How many bytes of lines that are not ASCII a guess is made of: the rest of a file that is larger
/// would change nothing, and what does not fit there is an error when it is read.
const GUESSED_FROM: usize = 32 << 20;

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    encoding: &'static encoding_rs::Encoding,
    found: Found,
}

/// How an encoding was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// By `encoding => '...'`.
    Stated,
    /// By the byte order mark that the text begins with.
    ByteOrderMark,
    /// The text is UTF-8, all of it or nearly.
    Utf8,
    /// By zero bytes in every other place: UTF-16 without a mark.
    Zeros,
    /// By how often which bytes are there.
    Guessed,
}

impl Encoding {
    /// UTF-8, as is usual.
    pub const UTF_8: Self = Self { encoding: UTF_8, found: Found::Utf8 };

    /// Its name, as it can be stated.
    pub fn name(&self) -> &'static str {
        match self.encoding.name() {
            "gb18030" => "GB18030",
            name => name,
        }
    }

    #[cfg(test)]
    fn found(&self) -> Found {
        self.found
    }

    /// Whether it is UTF-8.
    pub fn is_utf8(&self) -> bool {
        self.encoding == UTF_8
    }

    /// What is said of a text that is not UTF-8.
    pub fn note(&self) -> Option<String> {
        let how = match self.found {
            Found::Stated => return None,
            Found::ByteOrderMark | Found::Zeros => "found",
            Found::Utf8 => return None,
            Found::Guessed => "guessed",
        };
        Some(format!("the text is not UTF-8; it is read as {} ({how})", self.name()))
    }

    /// GBK is opened as its superset.
    fn new(encoding: &'static encoding_rs::Encoding, found: Found) -> Self {
        Self { encoding: if encoding == GBK { GB18030 } else { encoding }, found }
    }

    fn advice(&self) -> &'static str {
        match self.found {
            Found::Guessed => "(the encoding was guessed; encoding => '...' states another)",
            _ => "(encoding => '...' states another)",
        }
    }
}

/// The encoding that a label means: one of the WHATWG list, or a name of Python or Windows.
///
/// # Errors
/// A label that is not known, such as `cp437`.
pub fn stated(label: &str) -> Result<Encoding> {
    let plain = label.trim().to_lowercase().replace([' ', '_'], "-");
    let known = match plain.as_str() {
        // The WHATWG reads it as Windows-1252, where any byte would pass.
        "ascii" | "us-ascii" | "utf-8-sig" => "utf-8",
        "cp936" | "ms936" | "windows-936" => "gbk",
        "cp932" | "windows-932" => "shift-jis",
        "cp949" | "uhc" | "euckr" => "euc-kr",
        "cp950" | "ms950" => "big5",
        "eucjp" => "euc-jp",
        "cp65001" => "utf-8",
        "utf-16-le" => "utf-16le",
        "utf-16-be" => "utf-16be",
        "mac-roman" | "macroman" => "macintosh",
        "latin-1" => "latin1",
        plain => plain,
    };
    // Some labels of the list are written with an underscore only.
    let encoding = [known, &known.replace('-', "_"), label.trim()]
        .into_iter()
        .find_map(|label| encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()))
        .filter(|encoding| encoding.name() != "x-user-defined");
    match encoding {
        Some(encoding) => Ok(Encoding::new(encoding, Found::Stated)),
        None => Err(Fault(format!(
            "encoding must be one that is known, got '{label}' (as 'utf-8', 'gb18030', 'big5', \
             'shift-jis', 'euc-kr', 'windows-1252', 'windows-1250', 'windows-1251', 'utf-16'; or: \
             iconv -t UTF-8)"
        ))),
    }
}

/// The encoding of a text, which is read to its end if need be.
///
/// # Errors
/// UTF-32; bytes that are no text; an error of the reader.
pub fn find(mut reader: impl Read, shown: &str) -> Result<Encoding> {
    let mut block = vec![0; BLOCK];
    let mut fill = |block: &mut [u8]| {
        read_full(&mut reader, block).map_err(|error| Fault::from_io(shown, error))
    };
    let mut end = fill(&mut block)?;
    if let Some(encoding) = by_head(&block[..end], shown)? {
        return Ok(encoding);
    }
    // What is UTF-8 so far: its characters that are not ASCII, and the lines that have some.
    let (mut characters, mut lines) = (0, Vec::new());
    loop {
        let is_last = end < block.len();
        let whole = if is_last { end } else { end - cut_off(&block[..end]) };
        let valid = valid_up_to(&block[..whole]);
        if characters < SURELY_UTF8 && !block[..valid].is_ascii() {
            characters += block[..valid].iter().filter(|byte| **byte >= 0xC0).count();
        }
        if valid < whole {
            break;
        }
        if is_last {
            return Ok(Encoding::UTF_8);
        }
        if characters < SURELY_UTF8 && !block[..whole].is_ascii() {
            let kept = not_ascii(&block[..whole]).flatten().take(BLOCK - lines.len());
            lines.extend(kept);
        }
        block.copy_within(whole..end, 0);
        let begin = end - whole;
        end = begin + fill(&mut block[begin..])?;
    }
    if characters >= SURELY_UTF8 {
        return Ok(Encoding::UTF_8); // and the fault is shown when it is read
    }
    let mut guess = Guess::new();
    guess.feed(&lines);
    loop {
        let is_last = end < block.len();
        let whole = match block[..end].iter().rposition(|byte| *byte == b'\n') {
            Some(position) if !is_last => position + 1,
            _ => end,
        };
        guess.feed(&block[..whole]);
        if is_last || guess.fed > GUESSED_FROM {
            return Ok(guess.finish());
        }
        block.copy_within(whole..end, 0);
        let begin = end - whole;
        end = begin + fill(&mut block[begin..])?;
    }
}

/// So many characters of UTF-8 are there by design, whatever comes after them.
const SURELY_UTF8: usize = 16;

/// Reads until the block is full or the input ends.
fn read_full(reader: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut end = 0;
    while end < block.len() {
        match reader.read(&mut block[end..]) {
            Ok(0) => break,
            Ok(read) => end += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(end)
}

/// The encoding as marks and zero bytes of the beginning tell it.
pub fn by_head(head: &[u8], shown: &str) -> Result<Option<Encoding>> {
    if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") {
        let hint = "(iconv -f UTF-32 -t UTF-8)";
        return Err(Fault(format!("{shown}: text must not be UTF-32, found its mark {hint}")));
    }
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(head) {
        return Ok(Some(Encoding::new(encoding, Found::ByteOrderMark)));
    }
    let zeros = |at: usize| head.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    for (encoding, some, few) in [(UTF_16LE, odd, even), (UTF_16BE, even, odd)] {
        // A few on the other side are letters such as U+4E00.
        let line_feed = if encoding == UTF_16LE { *b"\n\0" } else { *b"\0\n" };
        let has_lines = head.chunks_exact(2).any(|pair| pair == line_feed);
        let is_likely = some > 0 && few * 4 <= some && some * 40 >= head.len() && has_lines;
        if is_likely && is_utf16(head, encoding) {
            return Ok(Some(Encoding::new(encoding, Found::Zeros)));
        }
    }
    let is_control = |byte: &&u8| matches!(byte, 1..=8 | 14..=26 | 28..=31 | 127);
    let controls = head.iter().filter(is_control).count();
    if (even + odd + controls) * 50 > head.len() {
        return Err(Fault(format!(
            "{shown}: a text must consist of letters, found {} zero bytes and {controls} control \
             characters in the first {} bytes (is it a file of another kind?)",
            even + odd,
            head.len()
        )));
    }
    Ok(None)
}

/// Whether the beginning is a text in UTF-16: no half of a pair alone, no control characters.
fn is_utf16(head: &[u8], encoding: &'static encoding_rs::Encoding) -> bool {
    let mut end = head.len().min(4096) / 2 * 2;
    let unit = |pair: &[u8]| match encoding == UTF_16LE {
        true => u16::from_le_bytes([pair[0], pair[1]]),
        false => u16::from_be_bytes([pair[0], pair[1]]),
    };
    if end >= 2 && (0xD800..0xDC00).contains(&unit(&head[end - 2..end])) {
        end -= 2;
    }
    let units = head[..end].chunks_exact(2).map(unit);
    char::decode_utf16(units).all(|next| {
        next.is_ok_and(|next| {
            matches!(next, '\t' | '\n' | '\r' | '\u{1a}')
                || !next.is_control() && !matches!(next, '\u{fffe}' | '\u{ffff}')
        })
    })
}

/// The lines that are not ASCII.
fn not_ascii(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.is_ascii())
}

/// How many bytes at the end begin a character of UTF-8 that is longer.
fn cut_off(bytes: &[u8]) -> usize {
    let tail = bytes.iter().rev().take(3).position(|byte| *byte >= 0xC0);
    match tail.map(|position| (position + 1, bytes[bytes.len() - position - 1])) {
        Some((length, 0xC2..=0xDF)) if length < 2 => length,
        Some((length, 0xE0..=0xEF)) if length < 3 => length,
        Some((length, 0xF0..=0xF4)) if length < 4 => length,
        _ => 0,
    }
}

/// How many bytes are UTF-8.
fn valid_up_to(bytes: &[u8]) -> usize {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(_) => bytes.len(),
        Err(_) => std::str::from_utf8(bytes).map_or_else(|e| e.valid_up_to(), str::len),
    }
}

/// A guess from lines that are not ASCII.
struct Guess {
    detector: EncodingDetector,
    /// The first lines, for words.
    sample: Vec<u8>,
    fed: usize,
    /// Bytes that are not ASCII.
    high: usize,
    /// Lines that are UTF-8, their characters that are not ASCII, and other lines.
    utf8: (usize, usize),
    others: usize,
    /// Whether what was fed last is not the end of a line.
    is_inside: bool,
}

impl Guess {
    fn new() -> Self {
        Self {
            detector: EncodingDetector::new(Iso2022JpDetection::Deny),
            sample: Vec::new(),
            fed: 0,
            high: 0,
            utf8: (0, 0),
            others: 0,
            is_inside: false,
        }
    }

    /// Takes in whole lines, or a part of a line as large as a block.
    fn feed(&mut self, text: &[u8]) {
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            // The second byte of a character may be ASCII.
            let was_inside = std::mem::replace(&mut self.is_inside, !line.ends_with(b"\n"));
            if line.is_ascii() && !was_inside {
                continue;
            }
            self.detector.feed(line, false);
            self.fed += line.len();
            self.high += line.iter().filter(|byte| !byte.is_ascii()).count();
            match std::str::from_utf8(line) {
                Ok(line) => {
                    let characters = line.chars().filter(|next| !next.is_ascii()).count();
                    self.utf8 = (self.utf8.0 + 1, self.utf8.1 + characters);
                }
                Err(_) => self.others += 1,
            }
            if self.high <= FEW {
                self.sample.extend(line);
            }
        }
    }

    fn finish(mut self) -> Encoding {
        let (lines, characters) = self.utf8;
        if characters >= SURELY_UTF8 && lines >= 4 * self.others {
            return Encoding::UTF_8;
        }
        self.detector.feed(b"", true);
        let guess = self.detector.guess(None, Utf8Detection::Deny);
        let guess = if self.high <= FEW { by_words(&self.sample, guess) } else { guess };
        Encoding::new(guess, Found::Guessed)
    }
}

/// So few bytes that are not ASCII may be guessed wrong.
const FEW: usize = 600;

/// What tables are full of, in the encodings that short texts of are taken for another's.
const WORDS: [(&encoding_rs::Encoding, &str); 7] = [
    (
        GBK,
        "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 \
         广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 台湾 香港 澳门 全国 地区 省份 \
         城市 城镇 乡村 农村 年份 年度 季度 指标 数据 数值 单位 人口 名称 代码 合计 总计 平均 收入 支出 \
         消费 价格 指数 教育 医疗 环境 经济 生产 总值 就业 亿元 万元 比重 增长 权重 得分 排名",
    ),
    (
        BIG5,
        "臺北 台北 新北 桃園 臺中 台中 臺南 台南 高雄 基隆 新竹 苗栗 彰化 南投 雲林 嘉義 屏東 宜蘭 花蓮 \
         臺東 澎湖 金門 縣市 地區 年度 年份 指標 資料 數值 單位 人口 名稱 代碼 合計 總計 平均 國家 性別 \
         教育 環境 臺灣 台灣 香港 收入 所得 醫院 指數",
    ),
    (
        SHIFT_JIS,
        "北海道 青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 東京 神奈川 新潟 富山 石川 福井 \
         山梨 長野 岐阜 静岡 愛知 三重 滋賀 京都 大阪 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島 \
         香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 宮崎 鹿児島 沖縄 全国 都道府県 市区町村 地域 年度 指標 \
         データ 単位 人口 合計 総数 平均 県民 所得 教育 環境",
    ),
    (
        EUC_JP,
        "北海道 青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 東京 神奈川 新潟 富山 石川 福井 \
         山梨 長野 岐阜 静岡 愛知 三重 滋賀 京都 大阪 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島 \
         香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 宮崎 鹿児島 沖縄 全国 都道府県 市区町村 地域 年度 指標 \
         データ 単位 人口 合計 総数 平均 県民 所得 教育 環境",
    ),
    (
        EUC_KR,
        "서울 부산 대구 인천 광주 대전 울산 세종 경기 강원 충북 충남 충청 전북 전남 전라 경북 경남 경상 \
         제주 전국 지역 시도 시군구 행정구역 연도 년도 인구 지표 자료 합계 평균 단위 구분 코드 이름 남자 \
         여자 교육 환경 소득 국가",
    ),
    // The 1250 of these bytes: ăo, ńa, ŕ, ĺ, which its languages hardly write.
    (
        WINDOWS_1252,
        "ão ãe ões ção ña ño ñe ñi ñu ñí ñó à å ência Île île Côte Curaçao Réunion Département \
         département Région région Município município Población población População população",
    ),
    (WINDOWS_1250, "ł Ł ą Ą ś Ś ż Ż ź ę ć ń ř ő ű ţ ş ătă ău"),
];

/// What a cell may be as a whole, beside digits.
const CELLS: [(&encoding_rs::Encoding, &str); 5] = [
    (GBK, "省 市 县 区 年 月 日 值 国 男 女 元"),
    (BIG5, "省 市 縣 區 年 月 日 值 國 男 女 元"),
    (SHIFT_JIS, "都 県 市 区 年 月 日 値 国 男 女 円 人"),
    (EUC_JP, "都 県 市 区 年 月 日 値 国 男 女 円 人"),
    (EUC_KR, "시 도 군 구 년 월 일 값 남 여 원 명"),
];

/// Among the encodings that a short text fits, the one whose usual words it has more of than the
/// guess.
fn by_words(
    sample: &[u8],
    guess: &'static encoding_rs::Encoding,
) -> &'static encoding_rs::Encoding {
    let decoded = |encoding: &'static encoding_rs::Encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(sample)
    };
    let score = |encoding| decoded(encoding).map_or(0, |text| words_in(&text, encoding));
    let mut best = (score(guess), guess);
    // The few letters of the Latin lists are everywhere in what is no Latin at all.
    let latin = ["windows-1250", "windows-1252", "windows-1258", "ISO-8859-4"];
    let is_latin = latin.contains(&guess.name());
    for (encoding, _) in WORDS.iter().filter(|(e, _)| is_latin || !e.is_single_byte()) {
        let score = score(encoding);
        if score > best.0 {
            best = (score, encoding);
        }
    }
    let is_same = || decoded(best.1).is_some_and(|text| Some(text) == decoded(WINDOWS_1252));
    if best.1.is_single_byte() && is_same() { WINDOWS_1252 } else { best.1 }
}

/// How many letters of a text are of the usual words of an encoding.
fn words_in(text: &str, encoding: &'static encoding_rs::Encoding) -> usize {
    let of = |list: &[(&encoding_rs::Encoding, &'static str)]| {
        let found = list.iter().find(|(other, _)| *other == encoding);
        found.map_or("", |(_, words)| *words).split_whitespace()
    };
    let length = |word: &str| word.chars().filter(|next| !next.is_ascii()).count();
    let words: usize = of(&WORDS).map(|word| text.matches(word).count() * length(word)).sum();
    let cells = text.split([',', ';', '\t', '|', '\n', '\r']).map(|cell| {
        cell.trim_matches(|next: char| next.is_ascii_digit() || matches!(next, '"' | ' '))
    });
    words + cells.filter(|cell| of(&CELLS).any(|whole| whole == *cell)).count()
}

/// A name in an archive: UTF-8, or as it is guessed.
pub fn decode_name(bytes: &[u8]) -> String {
    if let Ok(name) = std::str::from_utf8(bytes) {
        return name.to_owned();
    }
    let mut guess = Guess::new();
    guess.feed(bytes);
    guess.finish().encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// A text as UTF-8, without its byte order mark.
///
/// # Errors
/// An `io::Error` that carries a [`Fault`] where bytes are not of the encoding; ever after as well.
pub struct Decoded<R> {
    reader: R,
    encoding: Encoding,
    shown: String,
    /// None for UTF-8, which is only checked.
    decoder: Option<Decoder>,
    /// What was read: the last bytes from before, for a message, and those not yet decoded; for
    /// UTF-8 only the beginning of a character.
    input: Vec<u8>,
    begin: usize,
    end: usize,
    /// For readers that take a few bytes at a time.
    ready: Vec<u8>,
    given: usize,
    /// Where the next character stands, from 0.
    line: u64,
    column: u64,
    is_begun: bool,
    is_ended: bool,
    fault: Option<Fault>,
}

/// How many bytes of the blocks before are kept: as many as a character has, and the next.
const BEFORE: usize = 8;

/// A reader that takes fewer bytes gets them from a block of our own.
const SMALL: usize = 1024;

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

impl<R: Read> Decoded<R> {
    /// The text of a reader; `shown` is its name in messages.
    pub fn new(reader: R, encoding: Encoding, shown: &str) -> Self {
        Self {
            reader,
            encoding,
            shown: shown.to_owned(),
            decoder: None,
            input: Vec::new(),
            begin: BEFORE,
            end: BEFORE,
            ready: Vec::new(),
            given: 0,
            line: 0,
            column: 0,
            is_begun: false,
            is_ended: false,
            fault: None,
        }
    }

    /// The next bytes into a buffer that is not small.
    fn next(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(fault) = &self.fault {
                return Err(fault.clone().into());
            }
            if self.input.is_empty() {
                self.begin_input()?;
                continue;
            }
            let given = match self.decoder.is_some() {
                true => self.decode(buffer)?,
                false => self.check(buffer)?,
            };
            let is_first = given > 0 && !std::mem::replace(&mut self.is_begun, given > 0);
            let is_marked = is_first && buffer[..given].starts_with(UTF8_MARK);
            let mark = if is_marked { UTF8_MARK.len() } else { 0 };
            buffer.copy_within(mark..given, 0);
            let given = given - mark;
            self.pass(&buffer[..given]);
            if given > 0 || self.is_ended && self.fault.is_none() {
                return Ok(given);
            }
        }
    }

    /// Looks for a mark, which decides between the two of UTF-16 and forbids all but UTF-8.
    fn begin_input(&mut self) -> io::Result<()> {
        self.input = vec![0; BEFORE + if self.encoding.encoding == UTF_8 { 4 } else { BLOCK }];
        let end = BEFORE + 3;
        self.end += read_full(&mut self.reader, &mut self.input[BEFORE..end])?;
        let encoding = &mut self.encoding.encoding;
        let is_utf16 = |encoding| encoding == UTF_16LE || encoding == UTF_16BE;
        match encoding_rs::Encoding::for_bom(&self.input[BEFORE..self.end]) {
            Some((marked, _)) if is_utf16(marked) && is_utf16(*encoding) => *encoding = marked,
            Some((marked, _)) if marked != *encoding => {
                self.fault_here(&format!("the mark of {}", marked.name()));
            }
            _ => {}
        }
        if self.encoding.encoding != UTF_8 {
            self.decoder = Some(self.encoding.encoding.new_decoder_without_bom_handling());
        }
        Ok(())
    }

    /// UTF-8: reads right into the buffer and looks whether it is.
    fn check(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let kept = self.end - self.begin;
        buffer[..kept].copy_from_slice(&self.input[self.begin..self.end]);
        let read = loop {
            match self.reader.read(&mut buffer[kept..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.is_ended = read == 0;
        let end = kept + read;
        let whole = if self.is_ended { end } else { end - cut_off(&buffer[..end]) };
        let valid = valid_up_to(&buffer[..whole]);
        if valid < whole {
            self.pass(&buffer[..valid]);
            let rest = &buffer[valid..whole];
            let length = match std::str::from_utf8(rest) {
                Err(error) => error.error_len(),
                Ok(_) => None,
            };
            self.fault_at(&rest[..length.unwrap_or(rest.len())], length.is_none());
            return Ok(0);
        }
        self.end = self.begin + end - whole;
        self.input[self.begin..self.end].copy_from_slice(&buffer[whole..end]);
        Ok(whole)
    }

    /// Another encoding, into the buffer.
    fn decode(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = self.decoder.as_mut().filter(|_| !self.is_ended) else { return Ok(0) };
        let mut is_last = false;
        if self.begin == self.end {
            self.input.copy_within(self.end - BEFORE..self.end, 0);
            let read = loop {
                match self.reader.read(&mut self.input[BEFORE..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read?,
                }
            };
            (self.begin, self.end, is_last) = (BEFORE, BEFORE + read, read == 0);
        }
        let bytes = &self.input[self.begin..self.end];
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(bytes, buffer, is_last);
        self.begin += read;
        match result {
            DecoderResult::InputEmpty => self.is_ended = is_last,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                self.pass(&buffer[..written]);
                let end = self.begin - usize::from(after);
                let bytes = self.input[end.saturating_sub(length.into())..end].to_vec();
                self.fault_at(&bytes, is_last);
                return Ok(0);
            }
        }
        let text = &buffer[..written];
        match undefined(text).filter(|_| self.encoding.name().starts_with("windows-")) {
            Some(position) => {
                let byte = text[position + 1]; // it stands for itself
                self.pass(&buffer[..position]);
                self.fault_at(&[byte], false);
                Ok(0)
            }
            None => Ok(written),
        }
    }

    /// Counts lines and columns.
    fn pass(&mut self, text: &[u8]) {
        self.line += text.iter().filter(|byte| **byte == b'\n').count() as u64;
        let rest = match text.iter().rposition(|byte| *byte == b'\n') {
            Some(position) => {
                self.column = 0;
                &text[position + 1..]
            }
            None => text,
        };
        self.column += rest.iter().filter(|byte| **byte as i8 >= -0x40).count() as u64;
    }

    fn fault_at(&mut self, bytes: &[u8], is_cut_off: bool) {
        let shown: Vec<_> = bytes.iter().map(|byte| format!("0x{byte:02X}")).collect();
        let plural = if bytes.len() == 1 { "" } else { "s" };
        let end = if is_cut_off { " cut off by the end of the file" } else { "" };
        self.fault_here(&format!("byte{plural} {}{end}", shown.join(" ")));
    }

    fn fault_here(&mut self, found: &str) {
        let (line, column) = (self.line + 1, self.column + 1);
        let (name, advice) = (self.encoding.name(), self.encoding.advice());
        self.fault = Some(Fault(format!(
            "{}:{line}:{column}: text must be {name}, found {found} {advice}",
            self.shown
        )));
    }
}

/// Where a control character U+0080 to U+009F is: Windows has letters there, and gaps.
fn undefined(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(position) = text[from..].iter().position(|byte| *byte == 0xC2) {
        from += position + 1;
        if text.get(from).is_some_and(|byte| *byte < 0xA0) {
            return Some(from - 1);
        }
    }
    None
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.given == self.ready.len() {
            if buffer.len() >= SMALL {
                return self.next(buffer);
            }
            let mut ready = std::mem::take(&mut self.ready);
            ready.resize(BLOCK, 0);
            let end = self.next(&mut ready)?;
            ready.truncate(end);
            (self.ready, self.given) = (ready, 0);
        }
        let length = buffer.len().min(self.ready.len() - self.given);
        buffer[..length].copy_from_slice(&self.ready[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads one, two, ... bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(buffer.len());
            buffer[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    /// The text or the message, the same however it is read.
    #[track_caller]
    fn decode(bytes: &[u8], encoding: Encoding) -> Result<String> {
        let all = |mut reader: Box<dyn Read + '_>| {
            let mut text = Vec::new();
            reader.read_to_end(&mut text).map_err(|error| Fault::from_io("t", error))?;
            Ok(String::from_utf8(text).unwrap())
        };
        let first = all(Box::new(Decoded::new(bytes, encoding, "t")));
        let steps: &[usize] = if bytes.len() < 1000 { &[1, 2, 3, 7] } else { &[4093] };
        for &step in steps {
            let slow = Decoded::new(Slow(bytes, step), encoding, "t");
            assert_eq!(all(Box::new(slow)), first, "{step}");
        }
        if bytes.len() >= 1000 {
            return first;
        }
        let mut decoded = Decoded::new(bytes, encoding, "t");
        let (mut text, mut one) = (Vec::new(), [0]);
        let fault = loop {
            match decoded.read(&mut one) {
                Ok(0) => break None,
                Ok(_) => text.push(one[0]),
                Err(error) => break Some(Fault::from_io("t", error)),
            }
        };
        assert_eq!(fault.map_or_else(|| Ok(String::from_utf8(text).unwrap()), Err), first);
        first
    }

    #[track_caller]
    fn check(bytes: &[u8], name: &str, found: Found, text: &str) {
        let encoding = find(bytes, "t").unwrap();
        assert_eq!((encoding.name(), encoding.found()), (name, found));
        assert_eq!(decode(bytes, encoding).unwrap(), text);
    }

    fn encoded(text: &str, label: &str) -> Vec<u8> {
        stated(label).unwrap().encoding.encode(text).0.into_owned()
    }

    fn utf16(text: &str, to: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to).collect()
    }

    #[track_caller]
    fn check_fault(bytes: &[u8], label: &str, message: &str) {
        assert_eq!(decode(bytes, stated(label).unwrap()), Err(Fault(message.to_owned())));
    }

    #[test]
    fn labels() {
        for (labels, name) in [
            ("gb18030 gbk gb2312 cp936 GB_2312-80", "GB18030"),
            ("big5 cp950 big5-hkscs", "Big5"),
            ("latin1 latin-1 iso-8859-1 windows-1252 cp1252 ISO8859_1", "windows-1252"),
            ("cp1250 windows-1250", "windows-1250"),
            ("macroman mac-roman macintosh mac_roman", "macintosh"),
            ("utf-16 utf-16le utf_16_le", "UTF-16LE"),
            ("utf-16be", "UTF-16BE"),
            ("utf-8 utf8 UTF-8-SIG utf_8_sig ascii", "UTF-8"),
            ("shift-jis shift_jis sjis cp932", "Shift_JIS"),
            ("euc-jp euc_jp eucjp", "EUC-JP"),
            ("euc-kr cp949", "EUC-KR"),
            ("koi8-r koi8_r", "KOI8-R"),
        ] {
            for label in labels.split(' ') {
                assert_eq!(stated(label).map(|e| e.name()), Ok(name), "{label}");
            }
        }
        for label in ["cp437", "cp850", "", "utf-9", "x-user-defined", "hz-gb-2312"] {
            let message = stated(label).unwrap_err().0;
            let begin = format!("encoding must be one that is known, got '{label}' (as 'utf-8', ");
            assert!(message.starts_with(&begin), "{message}");
        }
    }

    #[test]
    fn by_marks_and_zeros() {
        let text = "省,值\n北京,1\n";
        check(b"\xef\xbb\xbfa,\xc3\xa9", "UTF-8", Found::ByteOrderMark, "a,é");
        check(b"\xef\xbb\xbf", "UTF-8", Found::ByteOrderMark, "");
        let marked = format!("\u{feff}{text}");
        check(&utf16(&marked, u16::to_le_bytes), "UTF-16LE", Found::ByteOrderMark, text);
        check(&utf16(&marked, u16::to_be_bytes), "UTF-16BE", Found::ByteOrderMark, text);
        check(&utf16(text, u16::to_le_bytes), "UTF-16LE", Found::Zeros, text);
        check(&utf16(text, u16::to_be_bytes), "UTF-16BE", Found::Zeros, text);
        let stated = stated("utf-16").unwrap();
        assert_eq!(decode(&utf16(&marked, u16::to_be_bytes), stated).unwrap(), text);
        for mark in [b"\xff\xfe\0\0a\0\0\0", b"\0\0\xfe\xff\0\0\0a"] {
            let message = "t: text must not be UTF-32, found its mark (iconv -f UTF-32 -t UTF-8)";
            assert_eq!(find(&mark[..], "t"), Err(Fault(message.to_owned())));
        }
        let message = find(&b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0"[..], "t").unwrap_err().0;
        assert!(
            message.starts_with("t: a text must consist of letters, found 6 zero"),
            "{message}"
        );
    }

    #[test]
    fn utf8() {
        check(b"", "UTF-8", Found::Utf8, "");
        check(b"a,b\n", "UTF-8", Found::Utf8, "a,b\n");
        check("省,值\n北京,1".as_bytes(), "UTF-8", Found::Utf8, "省,值\n北京,1");
        // Characters of all lengths on the borders of blocks.
        for shift in 0..4 {
            let text = "x".repeat(shift) + &"aé省😀".repeat(3 * BLOCK / 10);
            check(text.as_bytes(), "UTF-8", Found::Utf8, &text);
        }
        // Damaged, but nothing else.
        let text = "北京,1\n".repeat(50);
        for damaged in
            [[text.as_bytes(), b"\xe5\n"].concat(), [b"\xe5\n", text.as_bytes()].concat()]
        {
            assert_eq!(find(&damaged[..], "t"), Ok(Encoding::UTF_8));
        }
    }

    #[test]
    fn guessed() {
        for (text, label, name) in [
            ("省,值\n北京,1", "gbk", "GB18030"),
            ("医院床位数,3\n", "gbk", "GB18030"),
            ("縣市,數值\n臺北市,1\n", "big5", "Big5"),
            ("都道府県,値\n北海道,1\n", "shift-jis", "Shift_JIS"),
            ("都道府県,値\n北海道,1\n", "euc-jp", "EUC-JP"),
            ("지역,값\n서울,1\n", "euc-kr", "EUC-KR"),
            ("Île,1\nSão,2", "latin1", "windows-1252"),
            ("Año,1\n", "latin1", "windows-1252"),
            ("Łódzkie,1\nŚląskie,2\n", "cp1250", "windows-1250"),
            ("Győr,1\nBékés,2\n", "cp1250", "windows-1250"),
            ("Регион,значение\nМосква,1\n", "cp1251", "windows-1251"),
        ] {
            check(&encoded(text, label), name, Found::Guessed, text);
        }
        let ascii = "1,2,3,name\n".repeat(100_000);
        let text = format!("{ascii}Bénin,1\n{ascii}");
        check(&encoded(&text, "latin1"), "windows-1252", Found::Guessed, &text);
        let text = format!("{ascii}北京,1\n{ascii}");
        check(&encoded(&text, "gbk"), "GB18030", Found::Guessed, &text);
        // Lines longer than a block.
        let text = "北京,上海市,数据,".repeat(BLOCK / 8);
        check(&encoded(&text, "gbk"), "GB18030", Found::Guessed, &text);
    }

    #[test]
    fn faults() {
        let hint = "(encoding => '...' states another)";
        let check = |bytes: &[u8], label, what: &str| {
            check_fault(bytes, label, &format!("t:{what} {hint}"));
        };
        let long = [encoded(&"北京\n".repeat(BLOCK), "gbk"), b"ab\xb1\xb1\xff".to_vec()].concat();
        let line = BLOCK + 1;
        check(&long, "gbk", &format!("{line}:4: text must be GB18030, found byte 0xFF"));
        let long = ["é\n".repeat(BLOCK).as_bytes(), "北京x\u{1f600}".as_bytes(), b"\xff"].concat();
        check(&long, "utf-8", &format!("{line}:5: text must be UTF-8, found byte 0xFF"));
        check(
            b"a\nb\xe5\x8c",
            "utf-8",
            "2:2: text must be UTF-8, found bytes 0xE5 0x8C cut off by the end of the file",
        );
        check(
            b"a\nb\xb1",
            "gbk",
            "2:2: text must be GB18030, found byte 0xB1 cut off by the end of the file",
        );
        check(
            b"a\0b",
            "utf-16le",
            "1:2: text must be UTF-16LE, found byte 0x62 cut off by the end of the file",
        );
        check(b"a\0\0\xdcb\0", "utf-16le", "1:2: text must be UTF-16LE, found bytes 0x00 0xDC");
        check(b"\xe9\x81", "cp1252", "1:2: text must be windows-1252, found byte 0x81");
        check(b"\xef\xbb\xbfa", "gbk", "1:1: text must be GB18030, found the mark of UTF-8");
        check(b"\xff\xfea\0", "utf-8", "1:1: text must be UTF-8, found the mark of UTF-16LE");
        let guessed = Encoding::new(GBK, Found::Guessed);
        let message = "t:1:1: text must be GB18030, found byte 0xFF (the encoding was guessed; \
                       encoding => '...' states another)";
        assert_eq!(decode(b"\xff", guessed), Err(Fault(message.to_owned())));
    }

    #[test]
    fn names_in_archives() {
        assert_eq!(decode_name("数据.csv".as_bytes()), "数据.csv");
        assert_eq!(decode_name(&encoded("人口数据.csv", "gbk")), "人口数据.csv");
    }
}
