//! Programs as text; names begin with `p` and the program's number.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use super::around::Condition;
use super::filter::{Limit, SIZES};
use super::program::{
    Axis, Branch, FIRSTS, Kind, LEAST, LOOPS, Loop, Program, Read, SECONDS, SHEET, Unit, Value,
};

impl Loop {
    pub fn variable(&self) -> String {
        match self.axis {
            Axis::Static(axis) => LOOPS[axis].to_owned(),
            Axis::Made(unit) => format!("m{unit}"),
            Axis::First(unit) => format!("f{unit}"),
            Axis::Second(unit) => format!("s{unit}"),
            Axis::Pairs(first, second) => format!("f{first}z{second}"),
            Axis::Kinds => "k".to_owned(),
            Axis::Told(group) => format!("g{group}"),
        }
    }

    /// All that it has.
    fn variables(&self) -> Vec<String> {
        match self.axis {
            Axis::Pairs(first, second) => vec![self.variable(), format!("s{second}z{first}")],
            _ => vec![self.variable()],
        }
    }

    /// As the program writes it.
    pub fn item(&self) -> String {
        let row = if self.axis == SHEET { ".id" } else { "" };
        self.variable() + row
    }
}

/// The two parts of a text.
#[derive(Default)]
pub struct Text {
    pub items: String,
    pub workflow: String,
}

/// A program that is written.
pub(super) struct Writer<'w> {
    program: &'w Program,
    pub p: usize,
    text: &'w mut Text,
    /// The first unit of the workflow that is written.
    from: usize,
    given: RefCell<Given>,
}

/// Inputs of a named workflow: their types, and what they are given.
type Given = BTreeMap<String, (String, String)>;

impl Program {
    pub fn write(&self, p: usize, text: &mut Text) {
        let _ = writeln!(text.items, "record p{p}_Row {{ key id: Int, kind: Int }}");
        for (axis, items) in self.collections.iter().enumerate() {
            let name = LOOPS[axis];
            let is_sheet = Axis::Static(axis) == SHEET;
            let item = |item: &i64| match is_sheet {
                true => format!("p{p}_Row(id: {item}, kind: {})", self.kind(*item)),
                false => item.to_string(),
            };
            let items: Vec<_> = items.iter().map(item).collect();
            let items = items.join(", ");
            let ty = if is_sheet {
                format!("p{p}_Row")
            } else {
                "Int".to_owned()
            };
            let _ = writeln!(text.items, "param p{p}_{name}s: [{ty}] = [{items}]");
        }
        let _ = writeln!(text.items, "param p{p}_flag: Bool = {}", self.flag);
        let around = self.around.items.iter();
        for items in around.clone() {
            let _ = writeln!(text.items, "param p{p}_vs: [Int] = {items:?}");
            let _ = writeln!(text.workflow, "for v in p{p}_vs {{");
        }
        let from = self.around.named.unwrap_or(self.units.len());
        let inside = self
            .around
            .conditions
            .iter()
            .filter(|it| it.from >= from)
            .count();
        self.units(p, 0..from, text);
        if self.around.named.is_some() {
            let mut own = Text::default();
            let given = self.units(p, from..self.units.len(), &mut own);
            text.items += &own.items;
            let inputs: Vec<_> = given
                .iter()
                .map(|(name, (ty, _))| format!("{name}: {ty}"))
                .collect();
            let _ = writeln!(
                text.items,
                "workflow p{p}_w({}) -> () {{\n{}{}}}",
                inputs.join(", "),
                own.workflow,
                "} ".repeat(inside)
            );
            let arguments = given
                .iter()
                .map(|(name, (_, value))| format!("{name}: {value}"));
            let arguments = arguments.collect::<Vec<_>>().join(", ");
            let _ = writeln!(text.workflow, "p{p}_all = p{p}_w({arguments})");
        }
        let open = self.around.conditions.len() - inside + around.count();
        let _ = writeln!(text.workflow, "{}", "} ".repeat(open));
    }

    /// Writes units; gives what they read of those before.
    fn units(&self, p: usize, units: Range<usize>, text: &mut Text) -> Given {
        let mut writer = Writer {
            program: self,
            p,
            text,
            from: units.start,
            given: RefCell::default(),
        };
        for number in units {
            for (at, condition) in self.conditions_at(number) {
                writer.condition(at, condition);
            }
            writer.unit(number, &self.units[number]);
        }
        writer.given.into_inner()
    }
}

impl Writer<'_> {
    pub fn line(&mut self, line: impl AsRef<str>) {
        let _ = writeln!(self.text.workflow, "{}", line.as_ref());
    }

    fn condition(&mut self, at: usize, condition: &Condition) {
        let (p, holds) = (self.p, condition.holds);
        if condition.told {
            let script = format!("    printf '%s' {} > \"$score\"\n", i64::from(holds));
            self.process(format!("p{p}_e{at}"), ("", "score: Int"), &script);
            self.line(format!("p{p}_h{at} = p{p}_e{at}()"));
            self.line(format!("if p{p}_h{at}.score > 0 {{"));
        } else {
            let not = if holds == self.program.flag { "" } else { "!" };
            self.line(format!("if {not}p{p}_flag {{"));
        }
    }

    fn unit(&mut self, number: usize, unit: &Unit) {
        for each in &unit.loops {
            self.line(self.head(each));
        }
        match unit.kind {
            Kind::Call { makes } => self.call(number, unit, makes),
            Kind::Name => {
                let name = format!("p{}_c{number} = {}", self.p, self.expr(&unit.reads[0]));
                self.under(number, unit, [name.clone(), name]);
            }
            Kind::Rounds(rounds) => self.rounds(number, unit, rounds),
        }
        self.line("} ".repeat(unit.loops.len()));
    }

    fn head(&self, each: &Loop) -> String {
        let (p, name) = (self.p, each.variables().join(", "));
        let list = match each.axis {
            Axis::Static(axis) => format!("p{p}_{}s", LOOPS[axis]),
            Axis::Made(unit) => self.of(unit, "made", "Int"),
            Axis::First(unit) => self.of(unit, "first", "Int"),
            Axis::Second(unit) => self.of(unit, "second", "Int"),
            Axis::Pairs(first, second) => {
                let [first, second] = [(first, "first"), (second, "second")]
                    .map(|(unit, name)| self.of(unit, name, "Int"));
                format!("zip({first}, {second})")
            }
            Axis::Kinds => format!("unique(p{p}_{}s.kind)", LOOPS[3]),
            Axis::Told(group) => {
                format!(
                    "unique({})",
                    self.of(self.program.groups[group].unit, "size", "Int")
                )
            }
        };
        let part = match each.part {
            true => format!(" where {} > {LEAST}", each.item()),
            false => String::new(),
        };
        format!("for {name} in {list}{part} {{")
    }

    fn call(&mut self, number: usize, unit: &Unit, makes: bool) {
        let p = self.p;
        let inputs = self.inputs(&unit.loops, &unit.reads);
        for letter in unit.branch.letters().chars() {
            let print = format!(
                "({letter}{number}{})",
                self.prints(&unit.loops, &unit.reads)
            );
            let mut outputs = "text: String, size: Int".to_owned();
            let (salt, sum) = (unit.salt, sum(&unit.loops));
            let mut script = format!("    printf '%s' \"{print}\" > \"$text\"\n");
            let _ = writeln!(
                script,
                "    printf '%s' $((({salt}{sum}) % {SIZES})) > \"$size\""
            );
            if makes {
                // More than are expected, or fewer.
                outputs += ", made: [Int] = lines(\"made.txt\") expect 1";
                let _ = writeln!(script, "    seq 1 $((({salt}{sum}) % 4)) > \"$made\"");
                for (name, step) in [("first", FIRSTS), ("second", SECONDS)] {
                    let _ = write!(outputs, ", {name}: [Int] = lines(\"{name}.txt\") expect 1");
                    let item = format!("it * {step} + {}", salt % step);
                    let _ = writeln!(
                        script,
                        "    for ((it = 1; it <= (0{sum}) % 4; it++)); do echo $(({item})); done > \"${name}\""
                    );
                }
            }
            self.process(
                format!("p{p}_{letter}{number}"),
                (&inputs, &outputs),
                &script,
            );
        }
        let arguments = self.arguments(&unit.loops, &unit.reads);
        let bind = |letter| format!("p{p}_c{number} = p{p}_{letter}{number}({arguments})");
        self.under(number, unit, [bind('a'), bind('b')]);
    }

    /// A statement, in the branch that it stands in, or one in each of two.
    fn under(&mut self, number: usize, unit: &Unit, [then, otherwise]: [String; 2]) {
        let p = self.p;
        self.judge(number, unit);
        self.line(match unit.branch {
            Branch::None => then,
            Branch::Static => format!("if p{p}_flag {{ {then} }} else {{ {otherwise} }}"),
            Branch::Each => {
                format!("if p{p}_s{number}.score > 0 {{ {then} }} else {{ {otherwise} }}")
            }
            Branch::Only => format!("if p{p}_s{number}.score > 0 {{ {then} }}"),
        });
    }

    /// The call that decides about each shard, if one does.
    pub fn judge(&mut self, number: usize, unit: &Unit) {
        if !unit.branch.is_each() {
            return;
        }
        let p = self.p;
        let items = self.inputs(&unit.loops, &[]);
        let script = format!(
            "    printf '%s' $((({}{}) % 2)) > \"$score\"\n",
            unit.salt,
            sum(&unit.loops)
        );
        self.process(format!("p{p}_j{number}"), (&items, "score: Int"), &script);
        let items = self.arguments(&unit.loops, &[]);
        self.line(format!("p{p}_s{number} = p{p}_j{number}({items})"));
    }

    pub fn process(&mut self, name: String, (inputs, outputs): (&str, &str), script: &str) {
        let _ = writeln!(
            self.text.items,
            "process {name}({inputs}) -> ({outputs}) {{\n  script \"\"\"\n{script}  \"\"\"\n}}"
        );
    }

    pub fn inputs(&self, loops: &[Loop], reads: &[Read]) -> String {
        let items = loops.iter().flat_map(Loop::variables);
        let items = items.map(|it| format!("{it}: Int"));
        let reads = reads.iter().enumerate().map(|(n, read)| {
            let ty = match self.program.is_one(&read.value, loops) {
                true if self.program.is_optional(read) => "String?",
                true => "String",
                false => "[String]",
            };
            format!("r{n}: {ty}")
        });
        items.chain(reads).collect::<Vec<_>>().join(", ")
    }

    pub fn arguments(&self, loops: &[Loop], reads: &[Read]) -> String {
        let items = loops.iter().flat_map(|it| match it.axis {
            SHEET => vec![format!("{}: {}", it.variable(), it.item())],
            _ => it.variables(),
        });
        let reads = reads.iter().enumerate();
        let reads = reads.map(|(n, read)| format!("r{n}: {}", self.expr(read)));
        items.chain(reads).collect::<Vec<_>>().join(", ")
    }

    /// What a script prints of its inputs.
    fn prints(&self, loops: &[Loop], reads: &[Read]) -> String {
        printed(loops) + &self.read(loops, reads)
    }

    pub fn read(&self, loops: &[Loop], reads: &[Read]) -> String {
        let reads = reads.iter().enumerate().map(|(n, read)| {
            match self.program.is_one(&read.value, loops) {
                true => format!(" ${{r{n}}}"),
                false => format!(" [${{r{n}[*]}}]"),
            }
        });
        reads.collect()
    }

    fn expr(&self, read: &Read) -> String {
        let first = self.value(&read.value);
        match &read.other {
            Some(other) => format!("{first} ?? {}", self.value(other)),
            None => first,
        }
    }

    fn value(&self, value: &Value) -> String {
        let number = value.unit;
        let unit = &self.program.units[number];
        let whole = match unit.kind {
            Kind::Call { .. } => self.of(number, "text", "String"),
            Kind::Rounds(_) if value.rounds => self.of(number, "rounds", "String"),
            Kind::Name | Kind::Rounds(_) => self.of(number, "", "String"),
        };
        match value.pick {
            Some((at, item)) => format!("{whole}[{}: {item}]", unit.loops[at].variable()),
            None => whole + &self.filter(value),
        }
    }

    /// What a unit leaves, or an input of the workflow that stands for it.
    fn of(&self, unit: usize, what: &str, ty: &str) -> String {
        let p = self.p;
        let left = match what {
            "" => format!("p{p}_c{unit}"),
            "rounds" => format!("p{p}_rt{unit}.text"),
            output => format!("p{p}_c{unit}.{output}"),
        };
        if unit >= self.from {
            return left;
        }
        let name = format!("p{p}_in{unit}{what}");
        let is_list = ["made", "first", "second", "rounds"].contains(&what);
        let ty = match is_list || !self.program.units[unit].loops.is_empty() {
            true => format!("[{ty}]"),
            false if self.program.may_lack(&Value::of(unit)) => format!("{ty}?"),
            false => ty.to_owned(),
        };
        self.given.borrow_mut().insert(name.clone(), (ty, left));
        name
    }

    fn filter(&self, value: &Value) -> String {
        let Some(filter) = value.filter else {
            return String::new();
        };
        let size = self.of(value.unit, "size", "Int");
        let or = if filter.or_none {
            format!(" || {size} == 0")
        } else {
            String::new()
        };
        let limit = match filter.above {
            Limit::Number(number) => number.to_string(),
            Limit::Item(axis) => {
                let item = Loop::over(axis).item();
                match axis {
                    Axis::Static(_) => format!("rem({item}, {SIZES})"),
                    _ => item,
                }
            }
        };
        format!(" where {size} > {limit}{or}")
    }
}

pub fn printed(loops: &[Loop]) -> String {
    let items = loops.iter().flat_map(Loop::variables);
    items.map(|it| format!(" ${{{it}}}")).collect()
}

/// ` + $x + $y`, as bash computes it.
fn sum(loops: &[Loop]) -> String {
    let items = loops.iter().flat_map(Loop::variables);
    items.map(|it| format!(" + {it}")).collect()
}
