// Parses an AsyncAPI document and prints what is wrong with it as JSON: parse_asyncapi.mjs FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const { Parser } = require("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const errors = diagnostics.filter((each) => each.severity === 0);
console.log(JSON.stringify({
  errors: errors.map((each) => `${each.path.join(".")}: ${each.message}`),
  channels: document ? document.channels().all().map((each) => each.address()) : [],
}));
