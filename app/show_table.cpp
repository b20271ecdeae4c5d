#include "show_table.h"

#include "export/table_document.h"
#include "offscreen_application.h"
#include "window/table_picture.h"

#include <algorithm>

namespace aisle {

namespace {

/// "Trace list" of "trace-list".
std::string titleOf(std::string view) {
    std::replace(view.begin(), view.end(), '-', ' ');
    if (!view.empty() && view[0] >= 'a' && view[0] <= 'z')
        view[0] = static_cast<char>(view[0] - 'a' + 'A');
    return view;
}

} // namespace

int handOverTable(const ShowOptions& o, const OpenedWorkspace& opened, const Tabular& table, int& argc, char** argv) {
    const Export exporter(opened.redactor());
    const std::string title = titleOf(o.view);
    if (o.isPicture()) {
        const OffscreenApplication app(argc, argv, o.theme);
        return handOver(opened, exporter, tablePicture(o.as, title, table, exporter.redactor()), o.out);
    }
    if (o.isDocument())
        return handOver(opened, exporter, o.as == "md" ? tableMarkdown(title, table, exporter.redactor()) : tableHtml(title, table, exporter.redactor()), o.out);
    return handOver(opened, table, o.as, o.out);
}

} // namespace aisle
