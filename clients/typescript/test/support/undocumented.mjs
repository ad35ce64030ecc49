// Prints the names that declaration files export without a comment.
import { basename } from "node:path";
import ts from "typescript";

const files = process.argv.slice(2);
const program = ts.createProgram(files, { module: ts.ModuleKind.NodeNext, skipLibCheck: true });
const checker = program.getTypeChecker();
const bare = [];
for (const file of files) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (symbol.getDocumentationComment(checker).length === 0) bare.push(`${basename(file)}: ${exported.getName()}`);
  }
}
console.log(JSON.stringify(bare));
