/** The page inside every package: plays it and verifies it in a browser. */
export function readMeHtml(): Uint8Array {
  return new TextEncoder().encode(text);
}

const text = `<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Minh Bạch</title>
<h1>Gói chứng cứ · Evidence package</h1>
<p lang="vi">Gói này không tự chứng minh được cho chính nó. Hãy kiểm tra bằng lệnh <code>npm run verify -- PKG --trust KEYS.json</code>,
với khoá lấy từ nguồn khác. Hình và tiếng gốc nằm trong <code>footage/</code>.</p>
<p lang="en">This package cannot vouch for itself. Check it with <code>npm run verify -- PKG --trust KEYS.json</code> and keys that
you have from elsewhere. The original picture and sound are in <code>footage/</code>.</p>
</html>
`;
