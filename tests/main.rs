mod cases;
mod cli;
mod layout;
mod schema;
mod scripts;
mod support;
