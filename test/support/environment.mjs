import v8 from 'node:v8';
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

// A suite loads up to 2,000 modules. Compiled once in each worker rather than in each suite, a server of them
// loads in two thirds to half the CPU time.
v8.setFlagsFromString('--no-flush-bytecode');
const { compileFunction } = vm;
const compiled = new Map();

vm.compileFunction = (code, parameters, options) => {
  const { filename, parsingContext } = options;
  // What a shared script imports dynamically would come from the wrong suite.
  if (/\bimport\s*\(/.test(code)) return compileFunction(code, parameters, options);
  let known = compiled.get(filename);
  if (known?.code !== code) {
    const head = `(function(${parameters.join(',')}){`;
    const place = { filename, columnOffset: -head.length };
    known = { code, script: new vm.Script(`${head}${code}\n})`, place) };
    compiled.set(filename, known);
  }
  return known.script.runInContext(parsingContext);
};

/** Node's, for suites that share the compiled code of what they load, and nothing else. */
export default TestEnvironment;
