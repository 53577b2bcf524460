// What a run has found out, for people and for programs: terminal, JSON, HTML, JUnit, Markdown, traces.
