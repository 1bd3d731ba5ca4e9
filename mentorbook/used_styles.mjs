// Leave out of the built stylesheet what Radix Themes has for parts and colours that no page uses: nine tenths
// of it. Which are used, the stylesheet says itself (--radix-parts and --radix-colors in look.css), so that its
// name, which is a hash of it, changes with them. Fails when pages use others.
//
// used_styles.mjs FOLDER   in a folder that has PostCSS installed; FOLDER has the built pages.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const postcss = createRequire(`${process.cwd()}/`)("postcss");
const [folder] = process.argv.slice(2);

const built = readdirSync(folder, { recursive: true }).map(String);
const read = (name) => readFileSync(`${folder}/${name}`, "utf8");
const code = built.filter((name) => /\.(js|html)$/.test(name)).map(read).join("\n");

function listed(sheet, name) {
  let found;
  sheet.walkDecls(name, (each) => void (found = each.value.split(" ")));
  if (!found) throw new Error(`The stylesheet has no ${name}`);
  return found;
}

function isKept(selector, parts, colors) {
  // Of what stands in brackets only the one thing that must be is looked at, and not one of several.
  const must = (_, kind, inner) => (/^:(where|is)$/.test(kind) && !inner.includes(",") ? inner : "");
  let own = selector;
  while (/\([^()]*\)/.test(own)) own = own.replaceAll(/(:[a-z-]+)?\(([^()]*)\)/g, must);
  const classes = [...own.matchAll(/\.((?:\\.|[\w-])+)/g)].map((found) => found[1].replaceAll("\\", ""));
  const color = /data-(?:accent|gray)-color=["']?(\w+)/.exec(selector)?.[1];
  return (color === undefined || colors.includes(color)) && classes.every((name) => isUsed(name, parts));
}

// The classes with a colon are those for windows of some width; ours are all used.
function isUsed(name, parts) {
  const [, width, part] = /^([a-z]+:)?-?rt-(.*)/.exec(name) ?? [];
  const is = (each) => (each.endsWith("*") ? part.startsWith(each.slice(0, -1)) : part === each);
  return part === undefined || (!width && (/^[a-z]/.test(part) || parts.some(is)));
}

function dropRules(sheet, parts, colors) {
  sheet.walkRules((rule) => {
    if (rule.parent.type === "atrule" && rule.parent.name.endsWith("keyframes")) return;
    const kept = rule.selectors.filter((each) => isKept(each, parts, colors));
    if (kept.length === 0) rule.remove();
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  });
}

// Drop of each scale of colours what nothing refers to; what refers to it may go first. Returns the scales.
function dropColors(sheet, colors) {
  const scales = new Set();
  sheet.walkDecls(/^--[a-z]+-a12$/, (each) => void scales.add(each.prop.slice(2, -4)));
  for (const kept of ["accent", "black", "white", ...colors]) scales.delete(kept);
  for (let dropped = 1; dropped > 0; ) {
    dropped = 0;
    const referred = new Set();
    sheet.walkDecls((each) => each.value.match(/--[\w-]+/g)?.forEach((name) => referred.add(name)));
    sheet.walkDecls(/^--/, (each) => {
      if (scales.has(each.prop.slice(2).split("-")[0]) && !referred.has(each.prop)) {
        each.remove();
        dropped += 1;
      }
    });
  }
  return [...scales];
}

function dropEmpty(sheet) {
  for (let dropped = 1; dropped > 0; ) {
    dropped = 0;
    sheet.walk((each) => {
      if (each.nodes?.length === 0) {
        each.remove();
        dropped += 1;
      }
    });
  }
}

// The classes and colours that the code of the pages names and the lists do not: what is left of such a scale is
// what the stylesheet itself refers to today.
function missing(parts, scales) {
  const classes = (code.match(/(?<=[`"' .])rt-[A-Z]\w*/g) ?? []).filter((name) => !isUsed(name, parts));
  const colors = code.match(new RegExp(`--(?:${scales.join("|")})-[\\w-]+`, "g")) ?? [];
  return [...new Set([...classes, ...colors])];
}

for (const name of built.filter((each) => /^assets.__reflex_global_styles-.*\.css$/.test(each))) {
  const sheet = postcss.parse(read(name));
  const parts = listed(sheet, "--radix-parts");
  const colors = listed(sheet, "--radix-colors");
  dropRules(sheet, parts, colors);
  const gone = missing(parts, dropColors(sheet, colors));
  if (gone.length > 0) throw new Error(`Pages use what --radix-parts or --radix-colors leave out: ${gone.join(", ")}`);
  dropEmpty(sheet);
  writeFileSync(`${folder}/${name}`, sheet.toString());
}
