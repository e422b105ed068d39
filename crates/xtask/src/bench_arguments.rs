use std::path::PathBuf;

use crate::process;

/// The smallest set of peers that says something: what reading and parsing cost, a program written by hand for this very
/// work, and the nearest engine in kind.
const PEERS: &str = "assize,read only,parse only: serde_json,floor: typed,regorus";

/// What is measured, and how often.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BenchArguments {
    /// Letters of the bed's data sets.
    pub(crate) modes: String,
    /// Parts of peers' names, with commas.
    pub(crate) peers: String,
    /// Runs of each peer; `None`: as the bed has it.
    pub(crate) rounds: Option<u32>,
    /// The folder of the bed.
    pub(crate) shared: PathBuf,
    /// Every peer, built by the bed's own script.
    pub(crate) all: bool,
}

impl BenchArguments {
    /// Reads `--name value` and `--name=value`.
    pub(crate) fn parse(words: &[String]) -> Result<Self, String> {
        let mut arguments = Self {
            modes: "abc".to_owned(),
            peers: PEERS.to_owned(),
            rounds: None,
            shared: process::checkout().join("../shared/bench"),
            all: false,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--all" {
                arguments.all = true;
                continue;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), words.next().cloned()),
            };
            let value = value.ok_or_else(|| format!("`{name}` needs a value"))?;
            arguments.set(name, value)?;
        }
        Ok(arguments)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), String> {
        match name {
            "--modes" => {
                if value.is_empty() || !value.chars().all(|mode| ('a'..='d').contains(&mode)) {
                    return Err(format!("`--modes {value}`: expected letters from a to d"));
                }
                self.modes = value;
            }
            "--peers" => self.peers = value,
            "--rounds" => {
                let rounds = value.parse().ok().filter(|rounds| *rounds > 0);
                let wrong = || format!("`--rounds {value}`: expected a number from 1");
                self.rounds = Some(rounds.ok_or_else(wrong)?);
            }
            "--shared" => self.shared = value.into(),
            _ => return Err(format!("bench has no option `{name}`")),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<BenchArguments, String> {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        BenchArguments::parse(&words)
    }

    #[test]
    fn both_forms_of_an_option_are_read() {
        let arguments = parse("--modes bd --peers=assize,floor --rounds 3 --all").unwrap();
        assert_eq!(arguments.modes, "bd");
        assert_eq!(arguments.peers, "assize,floor");
        assert_eq!(arguments.rounds, Some(3));
        assert!(arguments.all);
    }

    #[test]
    fn what_is_no_option_is_refused() {
        for text in [
            "--modes e",
            "--modes",
            "--rounds 0",
            "--round 3",
            "bd --all",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
