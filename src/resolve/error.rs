//! What can be wrong with names.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum ResolveError {
    #[error("unknown name `{name}`")]
    #[diagnostic(code(flow::resolve::unknown_name))]
    UnknownName {
        name: String,
        #[label("nothing here has this name")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("unknown process or function `{name}`")]
    #[diagnostic(code(flow::resolve::unknown_process))]
    UnknownProcess {
        name: String,
        #[label("called here")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("unknown type `{name}`")]
    #[diagnostic(code(flow::resolve::unknown_type))]
    UnknownType {
        name: String,
        #[label("no type or record has this name")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("unknown container `{name}`")]
    #[diagnostic(code(flow::resolve::unknown_container))]
    UnknownContainer {
        name: String,
        #[label("no `container {name} = …` in this file")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("process `{process}` has no input `{name}`")]
    #[diagnostic(code(flow::resolve::unknown_input))]
    UnknownInput {
        process: String,
        name: String,
        #[label("read here")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("{kind} `{name}` is declared twice")]
    #[diagnostic(
        code(flow::resolve::declared_twice),
        help("rename one of the two, or remove it")
    )]
    DeclaredTwice {
        kind: &'static str,
        name: String,
        #[label("declared again here")]
        span: Span,
        #[label("first declared here")]
        first: Span,
    },
    #[error("`{name}` is both a record and a process")]
    #[diagnostic(
        code(flow::resolve::record_and_process),
        help("`{name}(…)` would mean either; rename one of the two")
    )]
    RecordAndProcess {
        name: String,
        #[label("a process here")]
        span: Span,
        #[label("a record here")]
        first: Span,
    },
    #[error("{kind} `{name}` has the name of a function")]
    #[diagnostic(
        code(flow::resolve::function_name),
        help("`{name}(…)` calls the function; give the {kind} another name")
    )]
    FunctionName {
        kind: &'static str,
        name: String,
        #[label("a function of the language")]
        span: Span,
    },
    #[error("record `{name}` has the name of a type")]
    #[diagnostic(
        code(flow::resolve::type_name),
        help("give the record another name, such as `{name}Row`")
    )]
    TypeName {
        name: String,
        #[label("a type of the language")]
        span: Span,
    },
    #[error("`{name}` is bound twice")]
    #[diagnostic(code(flow::resolve::bound_twice))]
    BoundTwice {
        name: String,
        #[help]
        help: String,
        #[label("bound again here")]
        span: Span,
        #[label("first bound here")]
        first: Span,
    },
    #[error("loop variable `{name}` shadows {what}")]
    #[diagnostic(
        code(flow::resolve::shadowed_name),
        help(
            "nothing is shadowed in a workflow; name the variable for one item of the collection"
        )
    )]
    ShadowedName {
        name: String,
        what: &'static str,
        #[label("a second `{name}`")]
        span: Span,
        #[label("the first is here")]
        first: Span,
    },
    #[error("`{name}` is bound, but is also a param")]
    #[diagnostic(
        code(flow::resolve::bound_param),
        help("nothing is shadowed in a workflow; give the result a name of its own")
    )]
    BoundParam {
        name: String,
        #[label("bound here")]
        span: Span,
        #[label("the param is here")]
        first: Span,
    },
    #[error("loop variable `{name}` is used outside of its loop")]
    #[diagnostic(code(flow::resolve::variable_outside_loop))]
    VariableOutsideLoop {
        name: String,
        #[help]
        help: String,
        #[label("outside of the loop")]
        span: Span,
        #[label("its loop is here")]
        first: Span,
    },
    #[error("{what}")]
    #[diagnostic(
        code(flow::resolve::cycle),
        help(
            "let one of them read what is made before; or, where each goes on from the one before, write rounds: `x = first` and then `repeat 10 {{ x = refine(x).finer }}`"
        )
    )]
    Cycle {
        what: String,
        #[label("{reads}")]
        span: Span,
        reads: String,
    },
    #[error("workflow `{name}` calls itself{through}")]
    #[diagnostic(
        code(flow::resolve::recursion),
        help(
            "a workflow is written out where it is called, which would never end; rounds that build on each other are written with `repeat`"
        )
    )]
    Recursion {
        name: String,
        /// `, by way of …`
        through: String,
        #[label("calls itself")]
        span: Span,
    },
    #[error("workflow `{workflow}` makes no `{name}`")]
    #[diagnostic(code(flow::resolve::missing_output))]
    MissingOutput {
        workflow: String,
        name: String,
        #[label("nothing in it has this name")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("input `{name}` of a workflow shadows a param")]
    #[diagnostic(
        code(flow::resolve::shadowed_param),
        help(
            "a workflow reads the params of its file; give the input another name, or leave it out"
        )
    )]
    ShadowedParam {
        name: String,
        #[label("a second `{name}`")]
        span: Span,
        #[label("the param is here")]
        first: Span,
    },
    #[error("{what}")]
    #[diagnostic(
        code(flow::resolve::param_cycle),
        help("write a value of its own in one of the defaults")
    )]
    ParamCycle {
        what: String,
        #[label("its default needs itself")]
        span: Span,
    },
    #[error("{kind} `{name}` is used as a value")]
    #[diagnostic(
        code(flow::resolve::callable_as_value),
        help("call it: `result = {name}(…)`, then use `result.OUTPUT`")
    )]
    CallableAsValue {
        kind: &'static str,
        name: String,
        #[label("not called here")]
        span: Span,
        #[label("declared here")]
        first: Span,
    },
    #[error("{kind} `{name}` is called")]
    #[diagnostic(
        code(flow::resolve::value_called),
        help("only processes, workflows, records and functions take arguments")
    )]
    ValueCalled {
        kind: &'static str,
        name: String,
        #[label("this is a {kind}")]
        span: Span,
    },
    #[error("`it` stands outside of a `where`")]
    #[diagnostic(
        code(flow::resolve::it_outside_where),
        help(
            "`it` is the item of a plain list in `list where …`; in a loop the variable names it"
        )
    )]
    ItOutsideWhere {
        #[label("no item here")]
        span: Span,
    },
    #[error("the program has no workflow")]
    #[diagnostic(
        code(flow::resolve::no_workflow),
        help("add `workflow {{ … }}` with the calls that are to run")
    )]
    NoWorkflow {
        #[label("the file ends without one")]
        span: Span,
    },
    #[error("the program has two main workflows")]
    #[diagnostic(
        code(flow::resolve::two_workflows),
        help("join the two, or give one a name: `workflow NAME(…) {{ … }}`")
    )]
    TwoWorkflows {
        #[label("a second one without a name")]
        span: Span,
        #[label("the first is here")]
        first: Span,
    },
    #[error("the workflow calls nothing")]
    #[diagnostic(
        code(flow::resolve::nothing_called),
        help("call a process in it: `result = some_process(…)`")
    )]
    NothingCalled {
        #[label("no call inside")]
        span: Span,
    },
    #[error("`{name}` is read below the place where the round sets it")]
    #[diagnostic(
        code(flow::resolve::carried_below),
        help(
            "in a round `{name}` is what the round was given; bind the new value to a name of its own, and read that: `next = …`; or read `{name}` above"
        )
    )]
    CarriedBelow {
        name: String,
        #[label("the old one, or the new one?")]
        span: Span,
        #[label("set here for the next round")]
        set: Span,
    },
}

impl Located for ResolveError {
    fn span(&self) -> Span {
        match self {
            Self::UnknownName { span, .. }
            | Self::UnknownProcess { span, .. }
            | Self::UnknownType { span, .. }
            | Self::UnknownContainer { span, .. }
            | Self::UnknownInput { span, .. }
            | Self::DeclaredTwice { span, .. }
            | Self::RecordAndProcess { span, .. }
            | Self::FunctionName { span, .. }
            | Self::TypeName { span, .. }
            | Self::BoundTwice { span, .. }
            | Self::ShadowedName { span, .. }
            | Self::BoundParam { span, .. }
            | Self::VariableOutsideLoop { span, .. }
            | Self::Cycle { span, .. }
            | Self::Recursion { span, .. }
            | Self::MissingOutput { span, .. }
            | Self::ShadowedParam { span, .. }
            | Self::ParamCycle { span, .. }
            | Self::CallableAsValue { span, .. }
            | Self::ValueCalled { span, .. }
            | Self::ItOutsideWhere { span }
            | Self::NoWorkflow { span }
            | Self::TwoWorkflows { span, .. }
            | Self::NothingCalled { span }
            | Self::CarriedBelow { span, .. } => *span,
        }
    }
}
