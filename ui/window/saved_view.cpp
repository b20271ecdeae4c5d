#include "window/saved_view.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace aisle {

namespace {
constexpr int kVersion = 1, kMostDocks = 50, kMostViews = 50, kLargest = 20'000; // px

QString words(const char* text) { return QCoreApplication::translate("aisle::SavedView", text); }
}

QByteArray SavedView::toJson() const {
    QJsonArray dockList;
    for (const Dock& dock : docks) {
        QJsonObject one{{QStringLiteral("id"), dock.id}, {QStringLiteral("width"), dock.width}, {QStringLiteral("height"), dock.height}};
        if (!dock.page.isEmpty())
            one[QStringLiteral("page")] = dock.page;
        dockList.append(one);
    }
    QJsonObject viewList;
    for (const auto& [id, settings] : views)
        viewList[id] = settings;
    return QJsonDocument(QJsonObject{{QStringLiteral("aisle"), QStringLiteral("view")},
                                     {QStringLiteral("version"), kVersion},
                                     {QStringLiteral("name"), name},
                                     {QStringLiteral("scope"), scope},
                                     {QStringLiteral("perspective"), perspective},
                                     {QStringLiteral("docks"), dockList},
                                     {QStringLiteral("views"), viewList}})
        .toJson();
}

std::optional<SavedView> SavedView::fromJson(const QByteArray& json, QString& problem) {
    if (json.size() > kMostBytes) {
        problem = words("It is larger than a saved view can be.");
        return std::nullopt;
    }
    QJsonParseError error;
    const QJsonObject root = QJsonDocument::fromJson(json, &error).object();
    if (error.error != QJsonParseError::NoError) {
        problem = words("It is no JSON: %1 at byte %2.").arg(error.errorString()).arg(error.offset);
        return std::nullopt;
    }
    if (root[QStringLiteral("aisle")].toString() != QLatin1String("view")) {
        problem = words("It is JSON, but no saved view.");
        return std::nullopt;
    }
    if (root[QStringLiteral("version")].toInt() > kVersion) {
        problem = words("It was written by a newer version of Aisle.");
        return std::nullopt;
    }
    SavedView out;
    out.name = root[QStringLiteral("name")].toString().left(200);
    out.scope = root[QStringLiteral("scope")].toString();
    out.perspective = root[QStringLiteral("perspective")].toString();
    for (const QJsonValue& value : root[QStringLiteral("docks")].toArray()) {
        const QJsonObject dock = value.toObject();
        if (out.docks.size() < kMostDocks)
            out.docks.push_back({dock[QStringLiteral("id")].toString(), dock[QStringLiteral("page")].toString(), std::clamp(dock[QStringLiteral("width")].toInt(), 0, kLargest),
                                 std::clamp(dock[QStringLiteral("height")].toInt(), 0, kLargest)});
    }
    const QJsonObject views = root[QStringLiteral("views")].toObject();
    for (auto view = views.begin(); view != views.end() && out.views.size() < kMostViews; ++view)
        out.views.emplace_back(view.key(), view.value().toObject());
    return out;
}

} // namespace aisle
