#pragma once
// The sentences that orders are told in: those of a shop, which are kept in the workspace (story/kept_words.h), else the built-in ones.
// Windows of one workspace tell in the same. Thread: the UI thread; files and sentences are read on workers.

#include "story/story_templates.h"
#include "user_store.h"

#include <memory>

class QMenu;
class QWidget;

namespace aisle {

class OrderWords : public QObject {
    Q_OBJECT
public:
    /// Dialogs are those of `parent`.
    OrderWords(ViewContext& context, QWidget* parent);

    const std::shared_ptr<const StoryTemplates>& words() const { return words_; } ///< never null
    const std::string& own() const { return own_; }                             ///< JSON; empty: the built-in ones
    void readFile(const QString& path);  ///< takes the place of those that are in use, which can be undone
    void writeFile(const QString& path); ///< those that are in use
    void useBuiltIn();
    void fill(QMenu& menu); ///< with what can be done

Q_SIGNALS:
    void changed();
    void said(const QString& problem); ///< with the sentences, and with reading, keeping or writing them; empty: there is none any more

private:
    void take();
    void tell();
    void fail(const QString& why);
    void use(const std::string& json, const QString& told);
    void openDialog(bool writes);

    ViewContext& context_;
    QWidget* parent_;
    UserStore store_;
    std::shared_ptr<Workspace> workspace_; ///< that own_ is of
    std::string own_;
    QString problems_; ///< of the sentences
    QString failure_;  ///< of what was tried last
    std::shared_ptr<const StoryTemplates> words_;
    Worker worker_{this}, fileWorker_{this};
};

} // namespace aisle
