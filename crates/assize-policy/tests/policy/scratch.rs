use crate::sample::*;
use assize_policy::Limits;
use std::time::Instant;
#[test]
fn scratch() {
    let text = std::fs::read_to_string("/tmp/scratch.rhai").unwrap();
    let kb: usize = std::env::var("STACK").ok().and_then(|s| s.parse().ok()).unwrap_or(8192);
    std::thread::Builder::new().stack_size(kb << 10).spawn(move || {
        for body in text.split("//---\n") {
            let body = if body.contains("const POLICY") { body.to_owned() } else { format!("const POLICY = #{{title:\"t\",severity:\"low\",kind:\"sample\"}};\n{body}") };
            let limits = Limits::default();
            let start = Instant::now();
            eprintln!("=== {}", body.lines().nth(1).unwrap_or(""));
            match policy(&body, &limits) {
                Err(e) => eprintln!("  refused {e} {:?}", start.elapsed()),
                Ok(p) => {
                    let s = snapshot(SERVERS);
                    let start = Instant::now();
                    let v = judge_all(vec![p], &s, &limits).remove(0);
                    eprintln!("  {} x{} {:?}", words(&s, &v[0]).chars().take(300).collect::<String>(), v.len(), start.elapsed());
                }
            }
        }
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        eprintln!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap());
    }).unwrap().join().unwrap();
}
