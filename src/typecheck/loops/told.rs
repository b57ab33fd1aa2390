//! Groups that only a run tells: `unique(runs.label)`.
//!
//! A process of flowc's own gives each value once, so the groups are an axis that a call makes. In them a list over
//! what is grouped is filtered by the value, as by `where`.

use super::Head;
use super::groups::unique_of;
use crate::hir::{AxisId, BinaryOp, CallId, Expr, ExprKind, Guard, Loop};
use crate::source::Spanned;
use crate::typecheck::Checker;
use crate::typecheck::axes::identity;
use crate::typecheck::filter::over_loops;
use crate::typecheck::own::{Own, Port};
use crate::types::Type;

const INPUT: &str = "values";
const OUTPUT: &str = "distinct";
const FILE: &str = "distinct.txt";

const TEXTS: &str = r#"# each value once, in the order of the first; one that is no line of its own would be lost
declare -A seen
for value in "${values[@]}"; do
  if [[ $value != *[![:space:]]* || $value == *[$'\n\r']* || $value == $'\xef\xbb\xbf'* ]]; then
    printf 'no group can have the name %q\n' "$value" >&2
    exit 1
  fi
  [[ ${seen[=$value]-} ]] || printf '%s\n' "$value"
  seen[=$value]=yes
done > "$distinct"
"#;
const NUMBERS: &str = r#"# each value once, in the order of the first; 07 is 7
declare -A seen
for value in "${values[@]}"; do
  number=$((10#${value#-}))
  [[ $value != -* ]] || number=$((-number))
  [[ ${seen[$number]-} ]] || printf '%s\n' "$number"
  seen[$number]=yes
done > "$distinct"
"#;

/// Groups of an axis by a value that is known at run time.
#[derive(Debug)]
pub(in crate::typecheck) struct ToldGroups {
    identity: String,
    /// What tells them, under the branches that all places stand in where they are written.
    call: CallId,
    axis: AxisId,
    /// What is grouped, and by what.
    of: Vec<AxisId>,
    key: Expr,
}

impl Checker<'_> {
    /// The axis of the groups that a list of results tells.
    pub(super) fn told_groups(&mut self, list: Expr, head: Head) -> Option<AxisId> {
        let span = list.span;
        let Some((of, over)) = self.listed_of(&list) else {
            return self.planned(
                "`unique` of a list that is no list over loops is",
                "loop over an output that is a list itself, `for x in run.names`: its items differ",
                span,
            );
        };
        let ty = of.ty.present().clone();
        if !matches!(ty, Type::String | Type::Enum(_) | Type::Int) {
            return self.planned(
                &format!("`unique` of results of the type `{ty}` is"),
                "group by a `String` or an `Int` that a process gives",
                span,
            );
        }
        let (loops, when) = self.belongs_to(&[&list], head.loops);
        let identity = identity(&self.spelled_out(list.clone()), &loops);
        let mut all = self.told_groups.iter();
        if let Some(known) = all.find(|it| it.identity == identity) {
            let call = self.program.calls.get_mut(known.call.0)?;
            call.when.retain(|it| when.contains(it));
            return Some(known.axis);
        }
        let call = CallId(self.program.calls.len());
        let distinct = self.distinct(list, head, &loops, &when);
        let axis = self.made_axis(distinct, head.variables.first()?)?;
        self.told_groups.push(ToldGroups {
            identity,
            call,
            axis,
            of: over,
            key: Expr { ty, ..of },
        });
        Some(axis)
    }

    /// What a list of results has for each of its loops.
    fn listed_of(&self, list: &Expr) -> Option<(Expr, Vec<AxisId>)> {
        let list = self.spelled_out(list.clone());
        if let ExprKind::Choice(choice) = &list.kind
            && let Some((only, guard)) = choice.only()
            && self.program.decided_by_shards(guard.condition)
        {
            return self.listed_of(only);
        }
        over_loops(&list)
    }

    /// The list of each of these values once.
    fn distinct(&mut self, list: Expr, head: Head, loops: &[Loop], when: &[Guard]) -> Expr {
        let variable = head.variables.first().map_or("", |it| it.node.as_str());
        let ty = list.ty.clone();
        let port = |name| Port {
            name,
            ty: ty.clone(),
        };
        let own = Own {
            name: format!("unique.{variable}"),
            input: port(INPUT),
            output: port(OUTPUT),
            path: FILE,
            script: if matches!(ty.innermost(), Type::Int) {
                NUMBERS
            } else {
                TEXTS
            },
        };
        let written = unique_of(list.clone(), list.span).to_string();
        self.own_call(own, list, loops, when, written)
    }

    /// Whether some of these loops are over such groups.
    pub(in crate::typecheck) fn has_told_groups(&self, loops: &[Loop]) -> bool {
        let mut all = self.told_groups.iter();
        all.any(|it| loops.iter().any(|each| each.axis == it.axis))
    }

    /// What is asked of what is over these axes, in the groups around: that its value is that of the group.
    pub(in crate::typecheck) fn parting(&mut self, over: &[AxisId], loops: &[Loop]) -> Vec<Guard> {
        let groups = self.told_groups.iter().filter_map(|groups| {
            let around = loops.iter().find(|each| each.axis == groups.axis)?;
            let tells = |of: &AxisId| over.iter().any(|axis| self.program.tells(*axis, *of));
            let told = |of: &AxisId| loops.iter().any(|it| self.program.tells(it.axis, *of));
            let of = &groups.of;
            let is_grouped = of.iter().any(tells) && of.iter().all(|it| tells(it) || told(it));
            is_grouped.then(|| groups.equals(&around.variable))
        });
        let asked: Vec<_> = groups.collect();
        let guard = |condition| Guard {
            condition,
            holds: true,
        };
        asked.into_iter().map(|it| guard(self.asked(it))).collect()
    }
}

impl ToldGroups {
    /// `runs.label == label`
    fn equals(&self, variable: &Spanned<String>) -> Expr {
        let span = self.key.span;
        let item = Expr {
            kind: ExprKind::Item(self.axis, variable.node.clone()),
            ty: self.key.ty.clone(),
            span,
        };
        let (left, right) = (Box::new(self.key.clone()), Box::new(item));
        Expr {
            kind: ExprKind::Binary(BinaryOp::Equal, left, right),
            ty: Type::Bool,
            span,
        }
    }
}
