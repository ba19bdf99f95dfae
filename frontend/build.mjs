// Bundle the cards and the dashboard strategy into the integration's folder.
//
// Its argument is the folder to write. The result depends on the sources and the pinned versions only. `build.json` holds the
// hash of the sources, by which a test finds a stale bundle without Node.js.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";

const root = import.meta.dirname;
const out = process.argv[2];

const files = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

// Keep in step with tests/test_frontend.py: name, zero byte, content, zero byte.
const sourceHash = () => {
  const sources = [...files(join(root, "src")), ...["build.mjs", "package.json", "tsconfig.json"].map((name) => join(root, name))];
  const hash = createHash("sha256");
  for (const path of sources.map((path) => relative(root, path)).sort()) {
    hash.update(path).update("\0").update(readFileSync(join(root, path))).update("\0");
  }
  return hash.digest("hex");
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  entryPoints: { jannenkoti: join(root, "src", "loader.ts") },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  chunkNames: "[name]-[hash]",
  tsconfig: join(root, "tsconfig.json"),
  logLevel: "warning",
});
writeFileSync(join(out, "build.json"), `${JSON.stringify({ sources: sourceHash() })}\n`);
