//! What SLURM tells of a cluster: settings and partitions as its commands print them.

/// `MaxArraySize            = 1001`
pub(super) fn word(config: &str, key: &str) -> Option<String> {
    let values = config.lines().filter_map(|line| line.split_once('='));
    let mut found = values.filter(|(name, _)| name.trim() == key);
    found.next().map(|(_, value)| value.trim().to_owned())
}

pub(super) fn setting(config: &str, key: &str) -> Option<u64> {
    word(config, key)?.parse().ok()
}

/// What is said of nodes, as those of the default partition are, then a table for each partition, that first.
pub(super) fn tables(config: &str, partitions: &str, sinfo: &str) -> String {
    let mut rows: Vec<Vec<&str>> = sinfo
        .lines()
        .map(|line| line.split('|').collect())
        .collect();
    rows.sort_by_key(|row| !row.first().is_some_and(|name| name.ends_with('*')));
    let mut seen = Vec::new();
    let mut text = String::new();
    for row in rows {
        let [name, time, memory, cpus, gres] = row.as_slice() else {
            continue;
        };
        let name = name.trim_end_matches('*');
        let memory = memory.trim_end_matches('+');
        let cpus = cpus.trim_end_matches('+');
        if seen.contains(&name) {
            continue;
        }
        if seen.is_empty() {
            text += &shares(config, partitions, name);
            text += &format!("cores = {cpus}\nnode_memory = \"{memory}MB\"\n");
        }
        seen.push(name);
        text += &format!("\n[[partition]]\nname = {name:?}\n");
        if let Some(limit) = limit(time) {
            text += &format!("time = \"{limit}s\"\n");
        }
        text += &format!("memory = \"{memory}MB\"\ncpus = {cpus}\n");
        let gpus = gres.split(',').filter_map(|it| it.strip_prefix("gpu:"));
        let count = |it: &str| {
            it.split(['(', ':'])
                .filter_map(|it| it.parse::<u64>().ok())
                .next_back()
        };
        let gpus: u64 = gpus.filter_map(count).sum();
        if gpus > 0 {
            text += &format!("gpus = {gpus}\n");
        }
    }
    text
}

/// What a job gets of a node: all of it where the partition says so, or where SLURM gives no less, and
/// no two jobs are forced together; of memory, if nothing is asked for, the same however many cores it has.
fn shares(config: &str, partitions: &str, name: &str) -> String {
    let start = format!("PartitionName={name} ");
    let partition = partitions.lines().find(|line| line.starts_with(&start));
    let said = |key: &str| {
        let mut fields = partition?.split(' ').filter_map(|it| it.split_once('='));
        fields
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    };
    let mut text = String::new();
    let linear = word(config, "SelectType").is_some_and(|it| it == "select/linear");
    let sharing = said("OverSubscribe").unwrap_or_default();
    if sharing == "EXCLUSIVE" || linear && !sharing.starts_with("FORCE") {
        text += "nodes = \"whole\"\n";
    }
    let own = said("DefMemPerNode").and_then(|it| it.parse().ok());
    let memory = own.or_else(|| setting(config, "DefMemPerNode"));
    if let (Some(memory), None) = (memory, said("DefMemPerCPU")) {
        text += &format!("memory = \"{memory}MB\"\n");
    }
    text
}

/// Seconds of a limit as sinfo prints it: `1-00:00:00`, `30:00`; none of `infinite`.
fn limit(text: &str) -> Option<u64> {
    let (days, clock) = text.split_once('-').unwrap_or(("0", text));
    let mut seconds = 0;
    for part in clock.split(':') {
        seconds = seconds * 60 + part.parse::<u64>().ok()?;
    }
    Some(days.parse::<u64>().ok()? * 86_400 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_as_sinfo_tells_them() {
        let sinfo = "short|2:00:00|16000|16|(null)\nall*|infinite|192000+|48|gpu:a100:4(S:0-1)\nall*|infinite|96000|48|(null)\n";
        assert_eq!(
            tables("", "", sinfo),
            "cores = 48\nnode_memory = \"192000MB\"\n\n[[partition]]\nname = \"all\"\nmemory = \"192000MB\"\n\
             cpus = 48\ngpus = 4\n\n[[partition]]\nname = \"short\"\ntime = \"7200s\"\nmemory = \"16000MB\"\ncpus = 16\n"
        );
    }

    #[test]
    fn settings_and_limits() {
        let config = "MaxArraySize            = 1001\nMaxJobCount = 10000\n";
        assert_eq!(setting(config, "MaxArraySize"), Some(1001));
        assert_eq!(limit("1-00:00:00"), Some(86_400));
        assert_eq!(limit("30:00"), Some(1800));
        assert_eq!(limit("infinite"), None);
    }

    #[test]
    fn whole_nodes_are_told_by_the_partition_or_by_the_plugin() {
        let whole = |plugin: &str, sharing: &str| {
            let config = format!("SelectType              = select/{plugin}\n");
            let partitions =
                format!("PartitionName=all Default=YES OverSubscribe={sharing} State=UP\n");
            shares(&config, &partitions, "all") == "nodes = \"whole\"\n"
        };
        assert!(whole("cons_tres", "EXCLUSIVE"));
        assert!(!whole("cons_tres", "NO") && !whole("cons_tres", "YES:4"));
        assert!(whole("linear", "NO") && whole("linear", "YES:4"));
        assert!(!whole("linear", "FORCE:4"));
    }

    /// A default for each core is a job's that asks for more of them; one for a node is not.
    #[test]
    fn memory_is_written_where_it_does_not_grow_with_cores() {
        let config = "DefMemPerNode           = 2000\n";
        let memory =
            |partition: &str| shares(config, &format!("PartitionName=all {partition}"), "all");
        assert_eq!(memory("DefMemPerNode=UNLIMITED"), "memory = \"2000MB\"\n");
        assert_eq!(memory("DefMemPerNode=500"), "memory = \"500MB\"\n");
        assert_eq!(memory("DefMemPerCPU=1000"), "");
        assert_eq!(
            shares(
                "DefMemPerCPU = 1000",
                "PartitionName=all DefMemPerNode=UNLIMITED",
                "all"
            ),
            ""
        );
    }
}
