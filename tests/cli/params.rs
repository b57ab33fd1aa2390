//! `--params FILE`: what is wrong in it is shown where it stands there.

use insta::assert_snapshot;

use crate::support::Folder;

const PROGRAM: &str = r#"
record Star { key id: String, class: Int }
param seeds: [Int] = 0..3
param mode: "fast" | "good" = "fast"
param stars: [Star] = [Star(id: "a", class: 1)]
process look(seed: Int, mode: "fast" | "good", star: Star) -> (seen: File = "seen.txt") {
  script """
    echo "$seed $mode $star_id $star_class" > "$seen"
  """
}
workflow {
  for star in stars {
    for seed in seeds {
      seen = look(seed, mode, star)
      publish seen.seen as "{star.id}/{seed}.txt"
    }
  }
}
"#;

/// What `flowc check` says of the program with a params file, without the program's own path.
fn check(name: &str, text: &str) -> String {
    let folder = Folder::empty();
    folder.write("look.flow", PROGRAM);
    folder.write(name, text);
    let ended = folder.flowc(&["check", "look.flow", "--params", name]);
    assert_eq!(ended.status, 1, "{}", ended.stderr);
    ended.stderr
}

#[test]
fn values_of_wrong_types_in_yaml() {
    let text = "\
# für später
seeds:
  - 1
  - two    # no number
mode: \"best\"
stars:
  - id: ä
    class: {K: 5}

  - {id: b, clas: 3}
";
    assert_snapshot!(check("run.yaml", text));
}

#[test]
fn values_of_wrong_types_in_toml() {
    let text = "\
# für später
mode = 'best'
seeds = [
  1,
  2.5,
]

[[stars]]
id = \"ä\"
class = 2026-01-01
";
    assert_snapshot!(check("run.toml", text));
    let text = text.replace("2026-01-01", "\"K5\"");
    assert_snapshot!(check("run.toml", &text));
}

#[test]
fn values_of_wrong_types_in_json() {
    // A name that occurs as a value first is found where it is a name.
    let text = r#"{ "mode": "seeds", "seeds": [1, "two"], "starz": [] }"#;
    assert_snapshot!(check("run.json", text));
    assert_snapshot!(check("run.json", &text.replace("starz", "stars")));
}

#[test]
fn texts_that_are_not_of_the_language() {
    for (name, text, place) in [
        ("run.yaml", "seeds: [1, 2\nmode: fast\n", "run.yaml:2:5"),
        ("run.yml", "mode: fast\nmode: good\n", "run.yml:2:1"),
        ("run.yaml", "- 1\n- 2\n", "it holds a list"),
        ("run.yaml", "# nothing yet\n", "it is empty"),
        ("run.yaml", "mode: fast\n---\nmode: good\n", "run.yaml:3:1"),
        ("run.yaml", "1: fast\n", "a name is to be a text"),
        ("run.toml", "mode = fast\n", "run.toml:1:8"),
        ("run.toml", "mode = 'fast'\nmode = 'good'\n", "run.toml:2:1"),
        ("run.json", "{\"mode\": \"fast\",}", "run.json:1:16"),
        (
            "run.json",
            "{\"mode\": \"fast\", \"mode\": \"good\"}",
            "run.json:1:18",
        ),
    ] {
        let said = check(name, text);
        assert!(said.contains("flow::settings::no_object"), "{said}");
        assert!(said.contains(place), "{place}: {said}");
    }
}

#[test]
fn one_setting_in_three_languages_is_one_program() {
    let folder = Folder::empty();
    folder.write("look.flow", PROGRAM);
    folder.write(
        "run.json",
        r#"{"seeds": [-3, 16], "mode": "good", "stars": [{"id": "x\u00e4", "class": 2}]}"#,
    );
    folder.write(
        "run.toml",
        "\u{feff}seeds = [-3, 0x10]\nmode = 'good'\n[[stars]]\nid = \"xä\"\nclass = 2\n",
    );
    folder.write(
        "run.yaml",
        "mode: good\nseeds: [&low -3, 0x10]\nstars:\n- id: xä\n  class: 2 # of two\n",
    );
    let plan = |name: &str| {
        let out = format!("out-{name}");
        folder
            .flowc(&["look.flow", "--params", name, "-o", &out])
            .fine();
        folder.read(&format!("{out}/plan.tsv"))
    };
    let wanted = plan("run.json");
    assert_eq!(plan("run.toml"), wanted);
    assert_eq!(plan("run.yaml"), wanted);
}
