#include "columns/saved_columns.h"

#include <QSettings>

namespace aisle {

namespace {
const QLatin1String kGroup("columns");
}

std::map<std::string, std::string> savedColumns() {
    std::map<std::string, std::string> out;
    QSettings settings;
    settings.beginGroup(kGroup);
    for (const QString& signature : settings.childKeys())
        out[signature.toStdString()] = settings.value(signature).toString().toStdString();
    return out;
}

void saveColumns(const std::string& signature, const std::string& columns) {
    QSettings().setValue(kGroup + QLatin1Char('/') + QString::fromStdString(signature), QString::fromStdString(columns));
}

} // namespace aisle
