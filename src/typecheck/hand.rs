//! Results that a call of its own hands on: where their maker cannot give them the name, or to the
//! readers, that the program asks for.
//!
//! A maker publishes its files and knows its own conditions alone; and a list takes the shards of a maker,
//! all of them or those that belong to a loop. What is chosen otherwise (by a condition outside of the
//! maker, by `where`, as the first of several, by a key) is linked, or copied, by a call that is under
//! those conditions and in those loops: then it is a result as any other.

use super::axes::identity;
use super::own::{Own, Port};
use super::{Checker, TypeError};
use crate::hir::{AxisId, ConditionId, Expr, ExprKind, Guard, Loop, ValueId};
use crate::source::Span;
use crate::types::Value;

const INPUT: &str = "value";
const OUTPUT: &str = "same";

/// What a process that hands on is for, in front of the name.
const NAMED: &str = "as";
const PUBLISHED: &str = "publish";

/// Files of another shard: neither is ever changed.
const LINK: &str = r#"# links, or copies where the file system has none
cp -RlLT "$value" "$same" 2> /dev/null || {
  rm -rf "$same"
  cp -RLT "$value" "$same"
}
"#;
const WRITE: &str = r#"printf '%s\n' "$value" > "$same"
"#;

impl Checker<'_> {
    /// A call that hands a value on, inside of these loops and under these branches: `as.NAME`. The copy
    /// has the file name of what it is made from, if that is one, else the name.
    fn hand_on(
        &mut self,
        to: &str,
        name: &str,
        value: Expr,
        loops: &[Loop],
        when: &[Guard],
    ) -> Expr {
        let path = self.file_name(&value).unwrap_or_else(|| name.to_owned());
        let ty = value.ty.present().clone();
        let port = |name| Port {
            name,
            ty: ty.clone(),
        };
        let own = Own {
            name: format!("{to}.{name}"),
            input: port(INPUT),
            output: port(OUTPUT),
            path: &path,
            script: if ty.is_path() { LINK } else { WRITE },
        };
        let written = name.to_owned();
        self.own_call(own, value, loops, when, written)
    }

    /// What a name stands for in part of a loop, as the list over that.
    pub(super) fn gathered_name(
        &mut self,
        id: ValueId,
        over: Vec<AxisId>,
        seen: Expr,
    ) -> Option<Expr> {
        let bound = self.program.values.get(id.0)?;
        if !self.program.hides(&bound.expr, &over, &bound.when) {
            return Some(seen);
        }
        let of = Box::new(self.handed_name(id, seen.span)?);
        let kind = ExprKind::Gather { of, over };
        Some(Expr { kind, ..seen })
    }

    /// The call that hands on what a name stands for: one, however often it is read.
    pub(super) fn handed_name(&mut self, id: ValueId, span: Span) -> Option<Expr> {
        let identity = format!("{id:?}");
        if let Some(known) = self.handed.get(&identity) {
            return Some(Expr {
                span,
                ..known.clone()
            });
        }
        let bound = self.program.values.get(id.0)?.clone();
        let name = &bound.name.node;
        if bound.expr.ty.item().is_some() {
            let what = format!("a list of lists, one for each time that `{name}` is set, is");
            let instead = format!(
                "read the results themselves, or what a process makes of `{name}` inside of the loop"
            );
            self.error(TypeError::not_yet(what, instead, span));
            return None;
        }
        let call = self.hand_on(NAMED, name, bound.expr, &bound.loops, &bound.when);
        self.handed.insert(identity, call.clone());
        Some(Expr { span, ..call })
    }
}

impl Checker<'_> {
    /// An item of a list of results, where what is asked holds: one call, however often it is read.
    pub(super) fn handed_where(&mut self, of: Expr, asked: &[ConditionId], loops: &[Loop]) -> Expr {
        let asked = asked
            .iter()
            .filter_map(|it| self.program.conditions.get(it.0));
        let read: Vec<_> = asked.chain([&of]).collect();
        let (loops, when) = self.belongs_to(&read, loops);
        let identity = format!("{} under {when:?}", identity(&of, &loops));
        if let Some(known) = self.handed.get(&identity) {
            return Expr {
                span: of.span,
                ..known.clone()
            };
        }
        let name = short_name(&of).to_owned();
        let call = self.hand_on(NAMED, &name, of, &loops, &when);
        self.handed.insert(identity, call.clone());
        call
    }

    /// An item of a written list: what is chosen from several is handed on, since a list has one maker for
    /// each of its parts; and so is, beside results, what no call makes.
    pub(super) fn one_maker(&mut self, item: Expr, loops: &[Loop], has_results: bool) -> Expr {
        if has_results && !self.is_result(&item) {
            return self.handed_beside(item, loops);
        }
        let program = &self.program;
        let chosen = match program.sources(&item).as_slice() {
            [only] => !program.untold(only, &self.when).is_empty(),
            [] => false,
            [_, ..] => true,
        };
        if !chosen || !program.reads_results(&item) || item.ty.item().is_some() {
            return item;
        }
        let when = self.when.clone();
        let name = short_name(&item).to_owned();
        self.hand_on(NAMED, &name, item, loops, &when)
    }

    /// A param, an item or a constant as the result of a call.
    fn handed_beside(&mut self, item: Expr, loops: &[Loop]) -> Expr {
        let when = self.when.clone();
        let name = if let ExprKind::Param(_, name) | ExprKind::Item(_, name) = &item.kind {
            name.clone()
        } else {
            short_name(&item).to_owned()
        };
        self.hand_on(NAMED, &name, item, loops, &when)
    }
}

impl Checker<'_> {
    /// Whether those who make what is published can publish it themselves, as far as it is published here.
    pub(super) fn published_by_makers(&self, value: &Expr, loops: &[Loop]) -> bool {
        let program = &self.program;
        if let ExprKind::List(items) = &value.kind {
            return items.iter().all(|it| self.published_by_makers(it, loops));
        }
        self.is_result(value)
            && program.sources(value).iter().all(|source| {
                let Some(maker) = program.maker(source.value) else {
                    return matches!(source.value.kind, ExprKind::List(_))
                        && self.published_by_makers(source.value, loops);
                };
                let when = program.by_shards(&self.when).chain(&source.when);
                let part = loops
                    .iter()
                    .any(|it| program.narrows(it.axis, &maker.loops));
                when.into_iter().all(|it| maker.when.contains(it)) && !part
            })
    }

    /// Publishes what another call hands on; each item of a list by itself.
    pub(super) fn publish_handed(&mut self, value: Expr, loops: &[Loop]) -> Option<Vec<Expr>> {
        if self.published_by_makers(&value, loops) {
            return Some(vec![value]);
        }
        if let ExprKind::List(items) = value.kind {
            let items = items.into_iter().map(|it| self.publish_handed(it, loops));
            let items: Vec<_> = items.collect::<Option<_>>()?;
            return Some(items.into_iter().flatten().collect());
        }
        let ExprKind::Gather { of, over } = value.kind else {
            return self.publish_one(value, loops);
        };
        let inside = self.within(loops, &over);
        self.publish_handed(*of, &inside)
    }

    fn publish_one(&mut self, value: Expr, loops: &[Loop]) -> Option<Vec<Expr>> {
        if value.ty.item().is_some() {
            let what = "publishing an output that is a list under a condition, or of one shard, is";
            let instead = "publish it where it is made, or what is made from its items";
            return self.planned(what, instead, value.span);
        }
        let when = self.when.clone();
        let name = short_name(&value).to_owned();
        Some(vec![self.hand_on(PUBLISHED, &name, value, loops, &when)])
    }

    /// The file name of a result, if it is the same whoever makes it.
    fn file_name(&self, value: &Expr) -> Option<String> {
        let program = &self.program;
        let mut names = program.sources(value).into_iter().map(|source| {
            let mut of = source.value;
            while let ExprKind::Gather { of: inner, .. } | ExprKind::Pick { of: inner, .. } =
                &of.kind
            {
                of = inner;
            }
            let ExprKind::Result { call, output, .. } = &of.kind else {
                return None;
            };
            let process = program.calls.get(call.0)?.process;
            let mut outputs = program.processes.get(process.0)?.outputs.iter();
            let output = outputs.find(|it| it.name.node == *output)?;
            if output.ty.item().is_some() {
                return None;
            }
            if let ExprKind::Constant(Value::String(path)) = &output.path.kind {
                Some(path.clone())
            } else {
                None
            }
        });
        let first = names.next()??;
        names.all(|it| it.as_ref() == Some(&first)).then_some(first)
    }
}

/// What a value is called, as a part of a folder's name.
fn short_name(value: &Expr) -> &str {
    value.called(&|choice| &choice.name)
}
