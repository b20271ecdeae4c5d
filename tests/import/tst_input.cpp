#include "import_test.h"
#include "input/glob.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

using namespace aisle;

namespace {

struct Packed {
    std::string bytes;
    static la_ssize_t write(archive*, void* self, const void* data, size_t size) {
        static_cast<Packed*>(self)->bytes.append(static_cast<const char*>(data), size);
        return static_cast<la_ssize_t>(size);
    }
};

using Members = std::vector<std::pair<std::string, std::string>>;

/// An archive ("zip", "tar") of members, or one compressed stream of the first one's content ("raw").
std::string pack(const std::string& format, const std::string& filter, const Members& members, bool password = false) {
    Packed packed;
    archive* const out = archive_write_new();
    archive_write_set_bytes_in_last_block(out, 1);
    if (format == "zip")
        archive_write_set_format_zip(out);
    else if (format == "tar")
        archive_write_set_format_pax_restricted(out);
    else
        archive_write_set_format_raw(out);
    if (!filter.empty())
        archive_write_add_filter_by_name(out, filter.c_str());
    if (password) {
        archive_write_set_options(out, "zip:encryption=traditional");
        archive_write_set_passphrase(out, "secret");
    }
    archive_write_open(out, &packed, nullptr, &Packed::write, nullptr);
    for (const auto& [name, content] : members) {
        archive_entry* const entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        const bool link = content.starts_with("->");
        archive_entry_set_filetype(entry, name.ends_with('/') ? AE_IFDIR : link ? AE_IFLNK : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        if (link)
            archive_entry_set_symlink(entry, content.c_str() + 2);
        else if (!name.ends_with('/'))
            archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
        archive_write_header(out, entry);
        if (!link && !name.ends_with('/'))
            archive_write_data(out, content.data(), content.size());
        archive_entry_free(entry);
    }
    archive_write_close(out);
    archive_write_free(out);
    return packed.bytes;
}

std::string gzip(const std::string& bytes) { return pack("raw", "gzip", {{"x", bytes}}); }

/// QCOMPARE does not print std::string.
#define COMPARE(actual, expected) QCOMPARE(QByteArray::fromStdString(actual), QByteArray::fromStdString(expected))

} // namespace

class TestInput : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string write(const char* name, const std::string& bytes) {
        const std::string path = m_folder.filePath(QString::fromLatin1(name)).toStdString();
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }

    /// "name[container]=content; " of each member.
    std::string members(const std::string& path) {
        ImportProgress progress;
        const auto input = openInput(path, progress);
        std::string text;
        while (auto member = input->next()) {
            std::string content;
            char buffer[7];
            while (const size_t got = member->source->read(buffer, sizeof buffer))
                content.append(buffer, got);
            std::string name = member->name;
            const std::string folder = m_folder.path().toStdString() + "/";
            if (name.starts_with(folder))
                name.erase(0, folder.size());
            text += name + "[" + member->container + "]=" + content + "; ";
        }
        m_read = progress.bytesRead;
        m_total = progress.bytesTotal;
        return text;
    }

    std::string error(const std::string& path) {
        try {
            return "no error: " + members(path);
        } catch (const ImportError& problem) {
            return problem.what();
        }
    }

    uint64_t m_read = 0, m_total = 0;

private Q_SLOTS:
    void plain() {
        COMPARE(members(write("a.json", "hello world")), std::string("a.json[]=hello world; "));
        QCOMPARE(m_read, uint64_t(11));
        QCOMPARE(m_total, uint64_t(11));
    }

    void compressed() {
        for (const char* filter : {"gzip", "zstd", "xz", "bzip2"}) {
            const std::string bytes = pack("raw", filter, {{"x", "hello world"}});
            COMPARE(members(write("any.name", bytes)), "any.name[" + std::string(filter) + "]=hello world; ");
            QCOMPARE(m_read, uint64_t(bytes.size())); // progress is of what lies on disk
            QCOMPARE(m_total, uint64_t(bytes.size()));
        }
        COMPARE(members(write("two.gz", gzip("one ") + gzip("two"))), std::string("two.gz[gzip]=one two; "));
    }

    void archives() {
        const Members content = {{"d/", ""}, {"d/a.json", "A"}, {"link", "->d/a.json"}, {"b.json.gz", gzip("B")}, {"empty", ""}};
        COMPARE(members(write("x.zip", pack("zip", "", content))),
                 std::string("x.zip/d/a.json[zip]=A; x.zip/b.json.gz[zip+gzip]=B; x.zip/empty[zip]=; "));
        COMPARE(members(write("x.tar", pack("tar", "", content))),
                 std::string("x.tar/d/a.json[tar]=A; x.tar/b.json.gz[tar+gzip]=B; x.tar/empty[tar]=; "));
        COMPARE(members(write("x.tgz", pack("tar", "gzip", content))),
                 std::string("x.tgz/d/a.json[gzip+tar]=A; x.tgz/b.json.gz[gzip+tar+gzip]=B; x.tgz/empty[gzip+tar]=; "));
    }

    void archivesInArchives() {
        const std::string inner = pack("tar", "gzip", {{"a", "A"}, {"b", "B"}});
        COMPARE(members(write("o.zip", pack("zip", "", {{"i.tgz", inner}, {"c", "C"}}))),
                 std::string("o.zip/i.tgz/a[zip+gzip+tar]=A; o.zip/i.tgz/b[zip+gzip+tar]=B; o.zip/c[zip]=C; "));
        std::string deep = "x";
        for (int i = 0; i < 3; ++i) // gzip in gzip is one level: libarchive stacks filters by itself
            deep = gzip(pack("tar", "", {{"x", deep}}));
        QVERIFY(error(write("deep.gz", deep)).find("more than four times") != std::string::npos);
    }

    void aMemberThatIsNotReadToItsEnd() {
        ImportProgress progress;
        const auto input = openInput(write("y.zip", pack("zip", "", {{"a", std::string(100000, 'a')}, {"b", "B"}})), progress);
        auto member = input->next();
        char byte = 0;
        QCOMPARE(member->source->read(&byte, 1), size_t(1));
        member = input->next();
        QVERIFY(member && member->name.ends_with("/b"));
    }

    void errors() {
        const std::string folder = m_folder.path().toStdString();
        COMPARE(error(folder + "/none.json"), folder + "/none.json does not exist");
        COMPARE(error(folder), folder + " is a directory, not a file");
        COMPARE(error(write("empty.json", "")), folder + "/empty.json is empty");
        const std::string cut = pack("raw", "gzip", {{"x", std::string(100000, 'x') + "y"}});
        QVERIFY(error(write("cut.gz", cut.substr(0, cut.size() / 2))).find("damaged or cut off") != std::string::npos);
        QVERIFY(error(write("secret.zip", pack("zip", "", {{"a", "A"}}, true))).find("password") != std::string::npos);
        if (::geteuid() != 0) {
            const std::string locked = write("locked.json", "x");
            std::filesystem::permissions(locked, std::filesystem::perms::none);
            COMPARE(error(locked), locked + " cannot be read: permission denied");
        }
    }

    void cancel() {
        for (const char* name : {"c.json", "c.gz"}) {
            ImportProgress progress;
            const auto input = openInput(write(name, name[2] == 'g' ? gzip(std::string(10000000, 'x')) : std::string(1000000, 'x')), progress);
            const auto member = input->next();
            char buffer[1000];
            QVERIFY(member->source->read(buffer, sizeof buffer) != 0);
            progress.cancel = true;
            bool cancelled = false;
            try {
                while (member->source->read(buffer, sizeof buffer) != 0) {
                }
            } catch (const Cancelled&) {
                cancelled = true;
            }
            QVERIFY2(cancelled, name);
        }
    }

    void patterns_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* pattern, const char* expected) { QTest::newRow(pattern) << QString::fromUtf8(pattern) << QString::fromUtf8(expected); };
        row("*.json", "a.json b.json");
        row("?.json", "a.json b.json");
        row("[!a].json", "b.json");
        row("[a-c]*", "a.json b.json");
        row("*.JSON", "");
        row("in/*.json", "in/c.json");
        row("*/*.json", "in/c.json link/c.json odd[1]/e.json"); // a link to a folder is one, but not for **
        row("**/*.json", "a.json b.json in/c.json in/deep/d.json odd[1]/e.json");
        row("**/d.json", "in/deep/d.json");
        row("in/**", "in/c.json in/deep/d.json in/deep/notes.txt");
        row("**/deep/**/*.json", "in/deep/d.json");
        row("**/**/d.json", "in/deep/d.json"); // each once
        row("./*.json", "./a.json ./b.json");
        row("in/../*.json", "in/../a.json in/../b.json");
        row("in", "");                          // a folder is no file
        row("*", "a.json b.json");              // nor are the folders that match, nor the hidden file
        row(".*", ".hidden.json");
        row("*/", "");
        row("link/*.json", "link/c.json");      // named, so followed
        row("odd\\[1\\]/*.json", "odd[1]/e.json");
        row("nowhere/*.json", "");
        row("", "");
        row("[", "");
    }
    void patterns() {
        QFETCH(QString, pattern);
        QFETCH(QString, expected);
        const QTemporaryDir dir;
        const std::filesystem::path folder(dir.path().toStdString());
        for (const char* name : {"in/deep", "odd[1]", ".secret"})
            std::filesystem::create_directories(folder / name);
        for (const char* name : {"a.json", "b.json", "in/c.json", "in/deep/d.json", "in/deep/notes.txt", "odd[1]/e.json", ".hidden.json", ".secret/s.json"})
            std::ofstream(folder / name) << "x";
        std::filesystem::create_directory_symlink(folder / "in", folder / "link");
        std::filesystem::create_symlink(folder / "gone", folder / "dangling.json");
        const auto before = std::filesystem::current_path();
        std::filesystem::current_path(folder);
        QStringList found;
        for (const auto& path : filesMatching(pattern.toStdString()))
            found.append(QString::fromStdString(path.string()));
        std::filesystem::current_path(before);
        QCOMPARE(found.join(QLatin1Char(' ')), expected);
    }

    void patternsOfInputs() {
        const QTemporaryDir dir;
        const std::filesystem::path folder(dir.path().toStdString());
        for (const char* name : {"a.json", "b.json", "[ab].json"})
            std::ofstream(folder / name) << "x";
        const auto in = [&](const char* name) { return (folder / name).string(); };
        // A file that is called like a pattern is that file; what is named twice comes once.
        QCOMPARE(expandInputs({in("[ab].json")}), std::vector<std::filesystem::path>{in("[ab].json")});
        QCOMPARE(expandInputs({in("?.json"), in("a.json"), "-", in("none.json")}),
                 (std::vector<std::filesystem::path>{in("a.json"), in("b.json"), "-", in("none.json")}));
        try {
            expandInputs({in("a.json"), in("x*.json")});
            QFAIL("nothing matches");
        } catch (const ImportError& error) {
            QCOMPARE(std::string(error.what()), "No file matches " + in("x*.json") + ".");
        }
    }
};

QTEST_GUILESS_MAIN(TestInput)
#include "tst_input.moc"
