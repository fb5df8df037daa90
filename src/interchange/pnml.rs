//! Petri nets as PNML (ISO/IEC 15909-2), as ProM, PM4Py and others read them: silent transitions carry ProM's mark.

use crate::eventlog::{Names, xml::escaped};
use crate::mining::Petri;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pnml>\n  <net id=\"net\" \
                    type=\"http://www.pnml.org/version-2009/grammar/pnmlcoremodel\">\n";
/// What makes a transition silent in ProM and PM4Py.
const SILENT: &str =
    "        <toolspecific tool=\"ProM\" version=\"6.4\" activity=\"$invisible$\" localNodeID=\"\"/>\n";

/// The text of a net with its initial and its final marking; `names` are those of its labels.
pub fn write(net: &Petri, names: &Names, title: &str) -> String {
    let mut out = format!("{HEAD}    <name><text>{}</text></name>\n    <page id=\"page\">\n", escaped(title));
    for place in 0..net.places {
        let tokens =
            if place == net.initial { "<initialMarking><text>1</text></initialMarking>" } else { "" };
        out += &format!("      <place id=\"p{place}\"><name><text>p{place}</text></name>{tokens}</place>\n");
    }
    for (t, transition) in net.transitions.iter().enumerate() {
        let (name, mark) = match transition.label {
            Some(label) => (escaped(names.name(label)), ""),
            None => (format!("silent {t}"), SILENT),
        };
        out += &format!(
            "      <transition id=\"t{t}\">\n        <name><text>{name}</text></name>\n{mark}      </transition>\n"
        );
    }
    let mut n = 0;
    let mut arc = |out: &mut String, from: String, to: String| {
        *out += &format!(
            "      <arc id=\"a{n}\" source=\"{from}\" target=\"{to}\"><inscription><text>1</text></inscription></arc>\n"
        );
        n += 1;
    };
    for (t, transition) in net.transitions.iter().enumerate() {
        transition.inputs.iter().for_each(|p| arc(&mut out, format!("p{p}"), format!("t{t}")));
        transition.outputs.iter().for_each(|p| arc(&mut out, format!("t{t}"), format!("p{p}")));
    }
    out += "    </page>\n    <finalmarkings><marking>\n";
    out += &format!("      <place idref=\"p{}\"><text>1</text></place>\n", net.last);
    out + "    </marking></finalmarkings>\n  </net>\n</pnml>\n"
}
