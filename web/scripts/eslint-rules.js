// Rules of our own: no Chinese text inside components, it belongs to the typed catalogue.
const chinese = /[\u3400-\u9fff\uff01-\uff5e\u3000-\u303f]/

const message = 'Chinese text belongs in text/zh-CN.ts (and English in text/en.ts), never in a component.'

const noChineseLiteral = {
  meta: { type: 'problem', schema: [], docs: { description: 'Keep Chinese literals out of .vue files' } },
  create(context) {
    if (!context.filename.endsWith('.vue')) return {}
    const check = (node, value) => {
      if (typeof value === 'string' && chinese.test(value)) context.report({ node, message })
    }
    const script = {
      Literal: (node) => check(node, node.value),
      TemplateElement: (node) => check(node, node.value.raw),
    }
    const template = {
      ...script,
      VText: (node) => check(node, node.value),
      VLiteral: (node) => check(node, node.value),
    }
    const services = context.sourceCode.parserServices
    return services.defineTemplateBodyVisitor ? services.defineTemplateBodyVisitor(template, script) : script
  },
}

export default { rules: { 'no-chinese-literal': noChineseLiteral } }
