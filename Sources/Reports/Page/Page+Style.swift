extension Page {
    /// Light and dark by the reader's own setting; colours are named once. On paper: light, without what only
    /// a pointer can use. Marks and words carry every meaning that a colour has.
    static let style: Markup = """
        :root{color-scheme:light dark;--paper:#fbfaf8;--card:#fff;--ink:#1f2328;--soft:#5d6570;--hair:#e2e0da;--grid:#eceae5;
        --good:#00735c;--bad:#b3261e;--unsure:#8a5a00;--grave:#7b1e7a;--accent:#1f5f8b;--fault:#e8a33d;--drain:#8884;
        --p0:#8fc1e3;--p1:#3d93c9;--p2:#d05a00;--p3:#4a1d00;--control:#9a9a9a;--heat:#1f6f98;
        --c0:#0a68a6;--c1:#d98200;--c2:#00805f;--c3:#b9578e;--c4:#4a3a8c;--c5:#9a8a00;--c6:#3aa0d8;--c7:#7d7d7d}
        @media screen and (prefers-color-scheme:dark){:root{--paper:#15181c;--card:#1c2025;--ink:#e7e6e3;--soft:#a2a9b3;
        --hair:#31363d;--grid:#282d33;--good:#5cc48d;--bad:#ff8a80;--unsure:#e5b454;--grave:#e08be0;--accent:#7fc0e8;
        --fault:#c9842b;--p0:#2f6f9c;--p1:#56b0e6;--p2:#f08a3c;--p3:#ffe3c7;--control:#8b8b8b;--heat:#79c3e6;
        --c0:#4f9fdb;--c1:#eda13a;--c2:#2fbf96;--c3:#dd8cba;--c4:#a497f0;--c5:#cfc04a;--c6:#8fd3f7;--c7:#a5a5a5}}
        *{box-sizing:border-box}
        html{scroll-behavior:smooth;scroll-padding-top:3.2rem}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        body{margin:0;background:var(--paper);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        code,pre,.number,td.number,.tile dd{font-variant-numeric:tabular-nums}
        code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
        a{color:var(--accent)}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.3rem .6rem;z-index:9}
        .spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .banner>div,nav>div,main,footer{max-width:1120px;margin:0 auto;padding:0 24px}
        .banner{border-top:6px solid var(--tone);padding:26px 0 18px;background:var(--card);border-bottom:1px solid var(--hair)}
        .banner.passed{--tone:var(--good)}.banner.failed{--tone:var(--bad)}.banner.violated{--tone:var(--grave)}
        .banner.inconclusive,.banner.interrupted{--tone:var(--unsure)}
        .verdict{margin:0;color:var(--tone);font-weight:700;font-size:1.25rem;letter-spacing:.04em}
        h1{font-size:1.7rem;line-height:1.25;margin:.1em 0 .35em;font-weight:600;text-wrap:balance;overflow-wrap:anywhere}
        .reasons{margin:0 0 .6em;padding-left:1.1em}.reasons li::marker{color:var(--tone)}
        .played,.of-one{margin:0 0 .5em;max-width:none;overflow-wrap:anywhere}.of-one{margin:0;color:var(--soft)}
        .identity,.repeat{margin:.2em 0;max-width:none;color:var(--soft);overflow-wrap:anywhere}.identity b{color:var(--ink);font-weight:600}
        .outcome{margin:0 0 14px;padding-left:1.1em}
        .played code,.repeat code{background:var(--grid);padding:.2em .5em;border-radius:4px;color:var(--ink)}
        button{font:inherit;font-size:.85rem;border:1px solid var(--hair);background:var(--card);color:var(--ink);
        border-radius:5px;padding:.15em .7em;cursor:pointer}
        nav{position:sticky;top:0;z-index:5;background:var(--paper);border-bottom:1px solid var(--hair)}
        nav>div{display:flex;gap:1.1rem;overflow-x:auto;white-space:nowrap;font-size:.86rem;padding-top:.55rem;padding-bottom:.55rem}
        nav a{color:var(--soft);text-decoration:none}nav a:hover{color:var(--ink)}nav button{margin-left:auto}
        section{padding:14px 0 18px}section+section{border-top:1px solid var(--hair)}
        h2{font-size:1.22rem;margin:.5em 0 .6em;font-weight:600}h3{font-size:1rem;margin:1.2em 0 .4em;font-weight:600}
        p{margin:.4em 0 .8em;max-width:75ch}.lead{color:var(--soft);font-size:.92rem}
        .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(128px,1fr));gap:10px;margin:0 0 16px}
        .tile{border:1px solid var(--hair);border-radius:8px;background:var(--card);padding:9px 13px;overflow-wrap:anywhere}
        .tile dt{color:var(--soft);font-size:.8rem}.tile dd{margin:0;font-size:1.12rem;font-weight:600;line-height:1.35}
        .tile small{display:block;font-size:.76rem;font-weight:400;color:var(--soft)}
        .judged{border-left:4px solid var(--tone)}.judged a{color:inherit}.judged small b{color:var(--tone)}
        .judged.held{--tone:var(--good)}.judged.failed{--tone:var(--bad)}.judged.inconclusive{--tone:var(--unsure)}
        figure:target,.tile:target{outline:2px solid var(--accent);outline-offset:5px;border-radius:4px}
        .card ul ul{margin:.1em 0 .4em;color:var(--soft);font-size:.93em}
        .stacked{display:grid;grid-template-columns:minmax(0,1fr);gap:14px;align-content:start;min-width:0}.card code{white-space:nowrap}
        .columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:14px}
        .card{border:1px solid var(--hair);border-radius:8px;background:var(--card);padding:4px 18px 10px;overflow-wrap:anywhere}
        .card h3{margin-top:.7em}.card ul{padding-left:1.1em;margin:.3em 0}.card li{margin:.35em 0}
        .marked .failed::marker{content:"✗ ";color:var(--bad)}.marked .inconclusive::marker{content:"? ";color:var(--unsure)}
        .inline{display:flex;flex-wrap:wrap;gap:.3em 2em;list-style:none;padding:0;margin:.2em 0 .9em;font-size:.9rem}
        .scroll{position:relative;overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}table.wide{width:100%;min-width:34rem}
        th,td{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid var(--grid);vertical-align:top}
        tbody th{font-weight:500}tbody th{white-space:nowrap}thead th{font-weight:400;color:var(--soft);font-size:.82rem;white-space:nowrap}
        th.number,td.number{text-align:right;white-space:nowrap}td.nowrap{white-space:nowrap}
        .mark{font-weight:700}.held>.mark{color:var(--good)}.failed>.mark{color:var(--bad)}.inconclusive>.mark{color:var(--unsure)}
        tr.failed td.value,tr.failed td:last-child{color:var(--bad);font-weight:600}.during{font-weight:600}
        .seeds{border-collapse:separate;border-spacing:0}.seeds thead th{white-space:normal;vertical-align:bottom}.seeds th:first-child{position:sticky;left:0;background:var(--paper)}
        .seeds td:not(.number){white-space:nowrap}tfoot th{font-weight:500}tfoot th,tfoot td{border-top:1px solid var(--hair)}
        td.gauge{min-width:130px}.bar{display:block;position:relative;height:9px;margin-top:7px;background:var(--grid);border-radius:2px}
        .bar span{display:block;height:9px;border-radius:2px;background:var(--good)}.failed .bar span{background:var(--bad)}
        .inconclusive .bar span{background:var(--unsure)}.bar i{position:absolute;top:-3px;height:15px;width:2px;background:var(--ink)}
        figure{margin:0 0 22px}figcaption{font-size:.9rem;margin-bottom:6px}
        .legend{float:right;font-size:.82rem}.key{margin-left:.5em;white-space:nowrap;border:0;background:none;color:var(--soft);padding:.1em .3em;font-size:.82rem}
        .key::before{content:"";display:inline-block;width:16px;height:0;border-top:3px solid var(--line);margin-right:5px;vertical-align:.25em}
        .key.none::before{display:none}.key.control::before{border-top-style:dashed}.key[aria-pressed=false]{text-decoration:line-through;opacity:.55}
        .plot{position:relative;border:1px solid var(--hair);border-radius:4px;background:var(--card);touch-action:pan-y;cursor:crosshair}
        .plot>svg{position:absolute;inset:0;width:100%;height:100%;display:block;overflow:hidden}
        .plot path,.spacetime path,.topology path,.zones path{vector-effect:non-scaling-stroke;fill:none}
        .grid{stroke:var(--grid);stroke-width:1}.line{stroke:var(--line);stroke-width:1.6;stroke-linejoin:round}
        .p0{--line:var(--p0)}.p1{--line:var(--p1)}.p2{--line:var(--p2)}.p3{--line:var(--p3)}.line.p2{stroke-width:2.4}
        .control{--line:var(--control)}.line.control{stroke-dasharray:4 3}.gauge{--line:var(--accent)}
        .s0{--line:var(--c0)}.s1{--line:var(--c1)}.s2{--line:var(--c2)}.s3{--line:var(--c3)}.s4{--line:var(--c4)}
        .s5{--line:var(--c5)}.s6{--line:var(--c6)}.s7{--line:var(--c7)}
        rect.fault{fill:var(--fault);opacity:.2}rect.drain{fill:var(--drain);opacity:.35}
        .limit{stroke:var(--bad);stroke-width:1.4;stroke-dasharray:7 4}.plot .border{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3}
        .line.s4,.line.s5,.line.s6,.line.s7{stroke-dasharray:6 3}
        .plot>span{position:absolute;font-size:11.5px;line-height:1.2;white-space:nowrap;pointer-events:none;color:var(--soft)}
        .plot>.ytick{left:4px;transform:translateY(-50%);padding:0 3px;background:color-mix(in srgb,var(--card) 92%,transparent);border-radius:3px}
        .plot>.limit-name{transform:translateY(-108%);padding:0 4px;color:var(--bad);background:color-mix(in srgb,var(--card) 88%,transparent);border-radius:3px}
        .plot>.limit-name.end{transform:translate(-100%,-108%)}.plot>.limit-name.below{transform:translateY(8%)}.plot>.limit-name.end.below{transform:translate(-100%,8%)}.plot>.limit-name.held{color:var(--soft)}
        .plot>.name{padding:0 4px;color:var(--ink);background:color-mix(in srgb,var(--card) 70%,transparent);border-left:2px solid var(--fault)}
        .plot>.name.left{transform:translateX(-100%);border-left:0;border-right:2px solid var(--fault)}
        .plot>.cursor{top:0;bottom:0;width:1px;background:var(--soft)}.plot>.chosen{top:0;bottom:0;background:var(--accent);opacity:.18}
        .xticks{position:relative;height:20px;font-size:11.5px;color:var(--soft);overflow:hidden}
        .xticks span{position:absolute;top:3px;transform:translateX(-50%);white-space:nowrap}
        .xticks span:first-child{transform:none}.xticks span[style*="100%"]{transform:translateX(-100%)}
        .plot .phases{stroke:var(--soft);stroke-width:1;stroke-dasharray:1 4;fill:none}
        .plot>.phase-name{bottom:3px;padding:0 4px;color:var(--soft);background:color-mix(in srgb,var(--card) 78%,transparent);border-radius:3px}
        .plot .edges{stroke:var(--fault);stroke-width:1.5;stroke-dasharray:5 3;fill:none}
        .heat{stroke:none}.plot .heat{fill:var(--heat)}.h0{opacity:.13}.h1{opacity:.27}.h2{opacity:.43}.h3{opacity:.6}.h4{opacity:.8}
        .stack .row{display:flex;align-items:center;gap:10px;margin:6px 0}.stack b{width:64px;font-weight:500;font-size:.86rem}
        .stack .row>div{flex:1;display:flex;height:30px;border-radius:5px;overflow:hidden}
        .stack span{color:#fff;font-size:.78rem;line-height:30px;padding-left:6px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;
        border-right:1px solid var(--paper)}
        .c0{background:var(--c0)}.c1{background:var(--c1)}.c2{background:var(--c2)}.c3{background:var(--c3)}.c4{background:var(--c4)}
        .c5{background:var(--c5)}.c6{background:var(--c6)}.c7{background:var(--c7)}
        .swatch{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:7px}
        details{margin:4px 0}summary{cursor:pointer}.numbers>summary{color:var(--soft);font-size:.84rem}
        .numbers>.scroll{max-height:420px;overflow:auto;border:1px solid var(--hair);border-radius:4px;padding:0 10px;margin-top:4px}
        .numbers td,.data td{text-align:right}.numbers td:last-child:not(.number){text-align:left}.data td:last-child{text-align:right}
        .letter{border:1px solid var(--hair);border-radius:6px;background:var(--card);padding:6px 12px;overflow-wrap:anywhere}
        .letter .numbers{margin-left:0}.scroll+.tiles{margin-top:14px}.violations .letter{border-left:4px solid var(--grave)}
        .spacetime,.topology,.zones{display:block;font-size:11.5px}.spacetime text,.topology text,.zones text{fill:var(--ink)}
        .spacetime .place{text-anchor:end}.life{stroke:var(--hair);stroke-width:1.5}
        .wait rect{fill:var(--line)}.wait text,.hop text{text-anchor:middle;font-size:11px;fill:var(--soft);paint-order:stroke;stroke:var(--card);stroke-width:6px;stroke-linejoin:round}
        .letter .inline{margin:.1em 0 .5em;font-size:.82rem;color:var(--soft)}.letter .inline b{font-weight:500;color:var(--ink)}
        .grip{stroke:transparent;stroke-width:12}.shaft{stroke:var(--line);stroke-width:1.8}.spacetime .head{fill:var(--line);stroke:none}
        .wait:hover rect,.wait:focus rect{fill:var(--bad)}.hop:hover .shaft,.hop:focus .shaft{stroke:var(--bad)}.tap{fill:var(--good)}
        .role{margin-top:14px}.role h3{margin:.6em 0 .3em}
        .small{display:grid;grid-template-columns:repeat(auto-fill,minmax(158px,1fr));gap:10px 14px}.small figure{margin:0}
        .small figcaption{display:flex;justify-content:space-between;margin-bottom:2px;font-size:.82rem;color:var(--soft)}
        .small .quiet{grid-column:1/-1;margin:0;font-size:.82rem;color:var(--soft);max-width:none}.quiet span{white-space:nowrap;margin-right:1.1em}.quiet b{font-weight:400;color:var(--ink)}
        .small figcaption{gap:0 .4em;flex-wrap:wrap}.small output{white-space:nowrap;color:var(--ink);font-variant-numeric:tabular-nums}
        .tracks{margin-bottom:14px}.track,.axis{display:grid;grid-template-columns:140px 1fr;gap:10px;align-items:center}
        .track b{font-weight:500;font-size:.86rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .track>div{position:relative;height:22px;background:var(--grid);margin:2px 0;border-radius:3px;overflow:hidden}
        .track span{position:absolute;top:0;bottom:0;font-size:.76rem;line-height:22px;padding-left:5px;overflow:hidden;white-space:nowrap}
        .track .phase{background:color-mix(in srgb,var(--accent) 22%,transparent);border-right:1px solid var(--card)}
        .track .fault{background:var(--fault)}.track .held{background:color-mix(in srgb,var(--good) 28%,transparent)}
        .track .failed{background:color-mix(in srgb,var(--bad) 40%,transparent)}
        .track .inconclusive{background:color-mix(in srgb,var(--unsure) 35%,transparent)}
        .topology{max-width:100%;height:auto;margin:0 auto}.box>rect:first-of-type{fill:var(--card);stroke:var(--hair);stroke-width:1.5}
        .topology a{cursor:pointer}.topology a:hover .box>rect:first-of-type,.topology a:focus .box>rect:first-of-type{stroke:var(--accent);stroke-width:2}
        .topology a:focus{outline:none}.role-name{font-weight:600;font-size:11.5px}.topology .count{fill:var(--soft);font-size:10.5px}
        .topology .zone{fill:var(--soft);font-size:9.5px}.machine{fill:var(--accent);stroke:var(--accent);stroke-width:.8}
        .u0{fill-opacity:.12}.u1{fill-opacity:.32}.u2{fill-opacity:.54}.u3{fill-opacity:.76}
        .topology .machine.broken{stroke:var(--bad)}.topology .strike{stroke:var(--bad);stroke-width:2}.topology .under{stroke:var(--card);stroke-width:4.5}
        .box.broken>rect:first-of-type{stroke:var(--bad)}.topology .cut{fill:var(--fault);opacity:.28}
        .topology .cross,.zones .cross{fill:var(--bad);font-size:19px;font-weight:700;text-anchor:middle;paint-order:stroke;stroke:var(--paper);stroke-width:4px}
        .cross{color:var(--bad)}.edge path{stroke:var(--p1);opacity:.6}.edge .head{fill:var(--p1);stroke:none}.edge.broken path:not(.head){stroke:var(--bad);stroke-dasharray:7 4}
        .edge.broken .head{fill:var(--bad)}.edge:hover path,.edge.on path{opacity:1}.some .edge:not(.on){opacity:.22}
        .topology .traffic,.topology .part{text-anchor:middle;font-size:10px;fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:8px;stroke-linejoin:round}
        .topology .part{text-anchor:end;fill:var(--bad);font-weight:600}
        .zone-map{display:flex;align-items:center;gap:14px;margin:0 0 12px}.zone-map figcaption{margin:0;color:var(--soft)}.zone-map svg{max-width:100%;height:auto;flex:0 1 auto;min-width:0}.zones text{text-anchor:middle}.zones .edge path{stroke-width:2}
        .only-narrow{display:none}.system-list{display:none;list-style:none;padding:0;margin:0}.system-list li{border-bottom:1px solid var(--grid);padding:6px 0;overflow-wrap:anywhere}
        .system-list span{color:var(--soft);font-size:.85rem}.system-list small{display:block;color:var(--soft)}.system-list .broken{border-left:4px solid var(--bad);padding-left:8px}
        #system-load{border:1px solid var(--hair);border-radius:8px;background:var(--card);padding:0 14px 12px;margin-bottom:10px}
        .wait.open rect{fill:none;stroke:var(--bad);stroke-width:1.4;stroke-dasharray:4 3}
        .listing{background:var(--card);border:1px solid var(--hair);border-radius:4px;padding:10px 0;overflow:auto;counter-reset:line;max-height:560px}
        .listing>*{display:block;padding:0 14px;min-height:1.4em;counter-increment:line;white-space:pre}
        .listing>*::before{content:counter(line);display:inline-block;width:2.6em;color:var(--soft);opacity:.7}
        mark{background:color-mix(in srgb,var(--fault) 26%,transparent);color:inherit}
        #tip{position:fixed;z-index:9;pointer-events:none;background:var(--ink);color:var(--paper);border-radius:5px;padding:6px 10px;
        font-size:12.5px;line-height:1.45;max-width:280px;font-variant-numeric:tabular-nums}#tip[hidden]{display:none}
        #tip b{display:block}#tip span{display:flex;justify-content:space-between;gap:1.2em}
        footer{color:var(--soft);font-size:.82rem;padding-top:16px;padding-bottom:30px}
        @media (max-width:640px){.banner>div,nav>div,main,footer{padding-left:15px;padding-right:15px}h1{font-size:1.3rem}
        .legend{float:none;display:block}.key{margin-left:0;margin-right:1em}.track,.axis{grid-template-columns:84px 1fr;gap:6px}
        .small{grid-template-columns:repeat(2,1fr)}.plot>.limit-name{font-size:10px}.tile{padding:7px 10px}.tile dd{font-size:1.1rem}
        .tiles{grid-template-columns:repeat(2,1fr);gap:8px}#story .tile:nth-child(n+7){display:none}.xticks span:nth-child(even){display:none}
        .drawing,#system-load,.only-wide{display:none}.only-narrow{display:block}.system-list{display:block}.card{padding:2px 14px 6px}
        .thresholds,.thresholds tbody{display:block;min-width:0!important}.thresholds thead{display:none}
        .thresholds tr{display:grid;grid-template-columns:1.3em 1fr auto auto;gap:0 .6em;padding:7px 0;border-bottom:1px solid var(--grid)}
        .thresholds th,.thresholds td{border:0;padding:0;overflow-wrap:anywhere;white-space:normal}.thresholds .gauge{grid-column:2/5}
        .thresholds .window,.thresholds .margin{grid-column:2/5;color:var(--soft);font-size:.82rem}}
        @media print{:root{--paper:#fff}html{font-size:12px}body{font-size:11px}nav,button:not(.key),.skip,details.numbers,#tip{display:none!important}
        .banner>div,main,footer{max-width:none;padding-left:0;padding-right:0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        figure,.card,.tile,tr,.letter,.track{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}table.wide{min-width:0}
        .letter:not([open]),#system-load{display:none}.spacetime{max-width:100%;height:auto}}

        """
}
