//! Rounds as text, and what they make.

use super::evaluate::{Evaluated, Evaluator, Shards, folders, items, spaced};
use super::program::{Axis, Branch, LOOPS, Loop, Rounds, Unit};
use super::write::{Writer, printed};

impl Writer<'_> {
    pub fn rounds(&mut self, number: usize, unit: &Unit, rounds: Rounds) {
        let Rounds {
            count,
            until,
            inner,
            more,
        } = rounds;
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

impl Evaluator<'_> {
    pub fn rounds(&self, number: usize, unit: &Unit, rounds: Rounds) -> Evaluated {
        let Rounds {
            count,
            until,
            inner,
            more,
        } = rounds;
        let (mut made, p) = (self.judged(number, unit), self.p);
        made.rounds = vec![Shards::new(); count as usize];
        for at in self.points(&unit.loops) {
            let (items, folders) = (items(&unit.loops, &at), folders(&unit.loops, &at));
            if Self::letter(self.program.flag, unit, &items).is_none() {
                continue;
            }
            let mut state = format!("(i{number}{})", spaced(&items));
            made.files
                .insert(format!("p{p}_i{number}/{folders}text"), state.clone());
            let read = self.read(&unit.reads, &unit.loops, &at);
            for round in 1..=count {
                let call = |letter| self.round(letter, number, (round, count));
                let mut list = String::new();
                if let Some(axis) = inner {
                    let inner = self.program.collections[axis].iter().map(|item| {
                        let text = format!("(q{number} {item} {state})");
                        let path = format!("{}/{folders}{}={item}/text", call('q'), LOOPS[axis]);
                        made.files.insert(path, text.clone());
                        text
                    });
                    list = format!(" [{}]", inner.collect::<Vec<_>>().join(" "));
                }
                let Some(read) = &read else { break };
                let score = state.len() as i64 % 3;
                state = format!("(t{number} {round}{} {state}{list}{read})", spaced(&items));
                let folder = format!("{}/{folders}", call('t'));
                made.files.insert(format!("{folder}text"), state.clone());
                made.files
                    .insert(format!("{folder}score"), score.to_string());
                made.rounds[round as usize - 1].insert(items.clone(), state.clone());
                if until.is_some_and(|most| score > most) {
                    break;
                }
            }
            if read.is_none() {
                continue;
            }
            for round in 1..=more {
                state = format!("(u{number}{} {state})", spaced(&items));
                let folder = self.round('u', number, (round, more));
                made.files
                    .insert(format!("{folder}/{folders}text"), state.clone());
            }
            made.text.insert(items, state);
        }
        made
    }

    /// What the call of a round is named; the only one has the name of its process.
    fn round(&self, letter: char, number: usize, (round, count): (i64, i64)) -> String {
        let p = self.p;
        match count {
            1 => format!("p{p}_{letter}{number}"),
            _ => {
                let around = if self.program.is_named(number) {
                    format!("p{p}_all.")
                } else {
                    String::new()
                };
                format!("p{p}_{letter}{number}.{around}{round}.p{p}_r{letter}{number}")
            }
        }
    }
}
