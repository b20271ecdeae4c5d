#pragma once
// What a window shows, with a name: the scope, the perspective, which docks are open and how large, and how each view looks. As
// JSON in the workspace, or in a small file to hand to somebody else.

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace aisle {

struct SavedView {
    QString name, scope, perspective; ///< scope: TraceQL
    struct Dock {
        QString id, page; ///< page: the view on top, where there are several
        int width = 0, height = 0;
    };
    std::vector<Dock> docks; ///< those that are open
    std::vector<std::pair<QString, QJsonObject>> views; ///< View::settings() by id

    QByteArray toJson() const;
    /// Of a stranger's file: nothing, with what is wrong in `problem`, when it is no saved view. Names of docks and views that this
    /// version does not know are kept and mean nothing.
    static std::optional<SavedView> fromJson(const QByteArray& json, QString& problem);
    static constexpr qsizetype kMostBytes = 1 << 20;
};

} // namespace aisle
