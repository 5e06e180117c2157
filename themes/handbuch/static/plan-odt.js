// A plan as a text document (OpenDocument), made in the browser: a few XML files in a ZIP archive without compression.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});
  const TYPE = "application/vnd.oasis.opendocument.text";
  const OASIS = "urn:oasis:names:tc:opendocument:xmlns:";
  const SPACES = [
    ...["office", "style", "text", "table", "meta"].map((name) => `xmlns:${name}="${OASIS}${name}:1.0"`),
    `xmlns:fo="${OASIS}xsl-fo-compatible:1.0"`,
    'xmlns:dc="http://purl.org/dc/elements/1.1/"',
    'office:version="1.3"',
  ].join(" ");

  const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  const escape = (text) => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign]);
  const lines = (text) => escape(text).replaceAll("\t", " ").replace(/\r?\n/g, "<text:line-break/>");
  const file = (root, body) => `<?xml version="1.0" encoding="UTF-8"?>\n<office:${root} ${SPACES}>${body}</office:${root}>`;

  const paragraph = (text, style = "Standard") => `<text:p text:style-name="${style}">${lines(text)}</text:p>`;
  const heading = (text, level) => `<text:h text:style-name="Heading_20_${level}" text:outline-level="${level}">${lines(text)}</text:h>`;

  /** A table whose first row is repeated on every page, and whose rows stay whole. */
  const table = ({ columns, rows }, number) => {
    const row = (cells, style) =>
      `<table:table-row table:style-name="Row">${cells
        .map((text) => `<table:table-cell table:style-name="Cell" office:value-type="string">${paragraph(text, style)}</table:table-cell>`)
        .join("")}</table:table-row>`;
    return [
      `<table:table table:name="Tabelle ${number + 1}" table:style-name="Table">`,
      columns.map(({ width }) => `<table:table-column table:style-name="Column${width}"/>`).join(""),
      `<table:table-header-rows>${row(columns.map(({ name }) => name), "Head")}</table:table-header-rows>`,
      rows.map((cells) => row(cells, "Small")).join(""),
      "</table:table>",
    ].join("");
  };

  const content = ({ title, paragraphs, sections }) => {
    const widths = [...new Set(sections.flatMap(({ columns }) => columns.map(({ width }) => width)))];
    const styles = [
      '<style:style style:name="Table" style:family="table"><style:table-properties style:width="17cm" fo:margin-bottom="0.4cm"/></style:style>',
      '<style:style style:name="Row" style:family="table-row"><style:table-row-properties fo:keep-together="always"/></style:style>',
      '<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm" fo:border="0.5pt solid #888888"/></style:style>',
      ...widths.map((width) => `<style:style style:name="Column${width}" style:family="table-column"><style:table-column-properties style:column-width="${width / 10}cm"/></style:style>`),
    ].join("");
    const body = [
      `<text:p text:style-name="Title">${lines(title)}</text:p>`,
      ...paragraphs.map((text) => paragraph(text)),
      ...sections.map((section, number) => heading(section.title, 1) + table(section, number)),
    ].join("");
    return file("document-content", `<office:automatic-styles>${styles}</office:automatic-styles><office:body><office:text>${body}</office:text></office:body>`);
  };

  const styles = () => {
    const style = (name, shown, text, paragraphs = "", more = "") =>
      `<style:style style:name="${name}" style:display-name="${shown}" style:family="paragraph"${more}>` +
      `<style:paragraph-properties ${paragraphs}/><style:text-properties ${text}/></style:style>`;
    const bold = 'fo:font-weight="bold"';
    return file(
      "document-styles",
      '<office:styles><style:default-style style:family="paragraph"><style:text-properties fo:language="de" fo:country="DE" fo:font-family="Arial" fo:font-size="10.5pt"/></style:default-style>' +
        style("Standard", "Standard", "", 'fo:margin-bottom="0.15cm"') +
        style("Title", "Title", `fo:font-size="20pt" ${bold}`, 'fo:margin-bottom="0.3cm"') +
        style("Heading_20_1", "Heading 1", `fo:font-size="13pt" ${bold}`, 'fo:margin-top="0.5cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"', ' style:default-outline-level="1"') +
        style("Small", "Small", 'fo:font-size="9pt"') +
        style("Head", "Head", `fo:font-size="9pt" ${bold}`) +
        "</office:styles><office:automatic-styles>" +
        '<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/></style:page-layout>' +
        '</office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"/></office:master-styles>',
    );
  };

  const meta = ({ title }, now) =>
    file("document-meta", `<office:meta><dc:title>${escape(title)}</dc:title><dc:language>de-DE</dc:language><dc:date>${now.slice(0, 19)}</dc:date></office:meta>`);

  const manifest = () => {
    const entry = (path, type) => `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="${type}"/>`;
    return (
      `<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="${OASIS}manifest:1.0" manifest:version="1.3">` +
      `${entry("/", TYPE)}${["content.xml", "styles.xml", "meta.xml"].map((path) => entry(path, "text/xml")).join("")}</manifest:manifest>`
    );
  };

  /** CRC-32 as ZIP has it (polynomial 0xEDB88320). */
  const checksum = (bytes) => {
    let sum = ~0;
    for (const byte of bytes) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return ~sum >>> 0;
  };

  /** Numbers of 2 or 4 bytes, as [size, value] pairs, lowest byte first. */
  const numbers = (...pairs) => Uint8Array.from(pairs.flatMap(([size, value]) => Array.from({ length: size }, (_, place) => (value >>> (8 * place)) & 255)));

  /** A ZIP archive of stored files. All carry the same date (1 January 1980): the document says itself when it was made. */
  const zip = (files) => {
    const encoder = new TextEncoder();
    const parts = [];
    const directory = [];
    let offset = 0;
    for (const [path, text] of files) {
      const name = encoder.encode(path);
      const data = encoder.encode(text);
      const common = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, checksum(data)], [4, data.length], [4, data.length], [2, name.length], [2, 0]];
      parts.push(numbers([4, 0x04034b50], ...common), name, data);
      directory.push(numbers([4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), name);
      offset += 30 + name.length + data.length;
    }
    const size = directory.reduce((sum, part) => sum + part.length, 0);
    const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]);
    return [...parts, ...directory, end];
  };

  /**
   * The parts of a text document, for a Blob of type `HandbookPlan.ODT`.
   * @param {{title: string, paragraphs: string[], sections: {title: string, columns: {name: string, width: number}[], rows: string[][]}[]}} text widths in millimetres
   * @param {string} now ISO 8601
   */
  const toOdt = (text, now) =>
    zip([
      // First and not compressed: by this programs tell what the file is.
      ["mimetype", TYPE],
      ["content.xml", content(text)],
      ["styles.xml", styles()],
      ["meta.xml", meta(text, now)],
      ["META-INF/manifest.xml", manifest()],
    ]);

  Object.assign(HandbookPlan, { ODT: TYPE, toOdt });
})();
