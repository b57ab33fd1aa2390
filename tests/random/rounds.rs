//! Rounds as text.

use super::program::{Axis, Branch, Kind, LOOPS, Loop, Unit};
use super::write::{Writer, printed};

impl Writer<'_> {
    pub fn rounds(&mut self, number: usize, unit: &Unit) {
        let Kind::Rounds {
            count,
            until,
            inner,
            more,
        } = unit.kind
        else {
            unreachable!("asked for rounds only");
        };
        let p = self.p;
        let (loops, reads) = (&unit.loops, &unit.reads);
        let print = |what: String| format!("    printf '%s' \"({what})\" > \"$text\"\n");
        let begin = print(format!("i{number}{}", printed(loops)));
        let inputs = self.inputs(loops, &[]);
        self.process(format!("p{p}_i{number}"), (&inputs, "text: String"), &begin);
        self.judge(number, unit);
        if unit.branch == Branch::Only {
            self.line(format!("if p{p}_s{number}.score > 0 {{"));
        }
        let begin = self.arguments(loops, &[]);
        self.line(format!("p{p}_c{number} = p{p}_i{number}({begin}).text"));
        self.line(format!("repeat {count} as i {{"));
        let mut inputs = format!("i: Int, state: String, {}", self.inputs(loops, reads));
        let mut arguments = format!("i, state: p{p}_c{number}, {}", self.arguments(loops, reads));
        let mut list = "";
        if let Some(axis) = inner {
            let name = LOOPS[axis];
            let text = print(format!("q{number} ${{{name}}} ${{state}}"));
            let declared = format!("{name}: Int, state: String");
            self.process(
                format!("p{p}_q{number}"),
                (&declared, "text: String"),
                &text,
            );
            let item = Loop::over(Axis::Static(axis)).item();
            self.line(format!(
                "for {name} in p{p}_{name}s {{ p{p}_rq{number} = p{p}_q{number}({name}: {item}, state: p{p}_c{number}) }}"
            ));
            inputs = format!("qs: [String], {inputs}");
            arguments = format!("qs: p{p}_rq{number}.text, {arguments}");
            list = " [${qs[*]}]";
        }
        let (items, reads) = (printed(loops), self.read(loops, reads));
        let mut script = print(format!("t{number} ${{i}}{items} ${{state}}{list}{reads}"));
        script += "    printf '%s' $((${#state} % 3)) > \"$score\"\n";
        let outputs = "text: String, score: Int";
        let inputs = inputs.trim_end_matches(", ");
        self.process(format!("p{p}_t{number}"), (inputs, outputs), &script);
        let arguments = arguments.trim_end_matches(", ");
        self.line(format!("p{p}_rt{number} = p{p}_t{number}({arguments})"));
        self.line(format!("p{p}_c{number} = p{p}_rt{number}.text"));
        self.line(match until {
            Some(most) => format!("}} until p{p}_rt{number}.score > {most}"),
            None => "}".to_owned(),
        });
        if more > 0 {
            let text = print(format!("u{number}{} ${{state}}", printed(loops)));
            let inputs = format!("state: String, {}", self.inputs(loops, &[]));
            let inputs = inputs.trim_end_matches(", ");
            self.process(format!("p{p}_u{number}"), (inputs, "text: String"), &text);
            let arguments = format!("state: p{p}_c{number}, {}", self.arguments(loops, &[]));
            let arguments = arguments.trim_end_matches(", ");
            self.line(format!("repeat {more} {{"));
            self.line(format!("p{p}_ru{number} = p{p}_u{number}({arguments})"));
            self.line(format!("p{p}_c{number} = p{p}_ru{number}.text }}"));
        }
        if unit.branch == Branch::Only {
            self.line("}");
        }
    }
}
