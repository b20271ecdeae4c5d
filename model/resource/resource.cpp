#include "resource/resource.h"

#include <QDir>
#include <QFile>

#include <stdexcept>

// Static libraries do not register their resources by themselves.
static void initialise() { Q_INIT_RESOURCE(aisle); }

namespace aisle {

std::string readResource(const char* path) {
    initialise();
    QFile file(QString::fromLatin1(path));
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error(std::string("This build lacks the resource ") + path + ".");
    return file.readAll().toStdString();
}

std::vector<std::string> listResources(const char* folder) {
    initialise();
    std::vector<std::string> out;
    const QDir dir(QString::fromLatin1(folder));
    for (const QString& name : dir.entryList(QDir::Files, QDir::Name))
        out.push_back(dir.filePath(name).toStdString());
    return out;
}

} // namespace aisle
