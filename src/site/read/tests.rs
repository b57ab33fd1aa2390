use super::*;
use crate::units::{GIGABYTE, Size};

fn codes(text: &str) -> Vec<String> {
    let errors = Site::parse(SourceId(0), text).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn an_empty_file_is_the_generic_site() {
    assert_eq!(Site::parse(SourceId(0), ""), Ok(Site::generic()));
}

#[test]
fn a_whole_file_is_read() {
    let site = Site::parse(
        SourceId(0),
        r#"
        name = "setonix"
        container = "singularity"
        max_array_size = 301
        submit_limit = 500
        dependency = "any"
        startup = "1m30s"
        shell_time = "0.05s"
        launch_rate = 2.5
        slots = 64
        nodes = "whole"
        node_memory = "128GB"
        memory = "2GB"
        [[partition]]
        name = "work"
        time = "1d"
        cpus = 128
        memory = "230GB"
        [[partition]]
        name = "gpu"
        gpus = 8
        "#,
    );
    let site = site.unwrap();
    assert_eq!((site.max_array_size, site.submit_limit), (301, Some(500)));
    assert_eq!(site.dependency, DependencyKind::Any);
    assert_eq!(site.container, Runtime::Singularity);
    assert_eq!((site.startup, site.shell_time), (90.0, 0.05));
    assert_eq!((site.launch_rate, site.slots), (2.5, 64));
    assert_eq!(site.nodes, NodeUse::Whole);
    assert_eq!(site.node_memory.to_string(), "128GB");
    let gpus: Vec<_> = site.partitions.iter().map(|it| it.gpus).collect();
    assert_eq!(gpus, [0, 8]);
    assert_eq!(
        site.partitions[0].describe(),
        "`work`: 24h, 230GB, 128 cpus, 0 gpus"
    );
}

#[test]
fn all_errors_are_gathered() {
    let text = "max_aray_size = 3\nstartup = 20\n[[partition]]\ngpus = -1\n";
    let codes = codes(text);
    assert_eq!(codes.len(), 4, "{codes:?}");
    assert_eq!(codes[0], "unknown key `max_aray_size` in the site file");
}

#[test]
fn text_that_is_not_toml_is_refused_with_its_place() {
    assert!(codes("name = ")[0].starts_with("the site file is not TOML"));
}

#[test]
fn what_stands_below_a_rate_or_a_count_is_refused() {
    let text = "slots = 0\nlaunch_rate = 0\ncores = -4\n";
    assert_eq!(codes(text).len(), 3);
}

#[test]
fn a_share_of_a_node_is_that_of_its_scarcer_part() {
    let mut site = Site::generic();
    assert_eq!(site.share(None, 16, None), 0.25);
    assert_eq!(site.share(None, 1, Some(Size(128.0 * GIGABYTE))), 0.5);
    site.nodes = NodeUse::Whole;
    assert_eq!(site.share(None, 1, Some(Size(GIGABYTE))), 1.0);
}
