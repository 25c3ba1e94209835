package app
import ("testing";"log/slog";"os";"context";"time";"grappe/internal/platform/web")
func TestZZServe(t *testing.T){
 if os.Getenv("ZZ")=="" { t.Skip() }
 base,_:=demoBase(); dir:=t.TempDir(); os.WriteFile(dir+"/grappe.db",base,0o600)
 a:=start(t,Options{Data:dir,Fictional:true,Now:time.Now,Rate:web.Rate{PerSecond:-1},PageCache:64<<20})
 ctx,cancel:=context.WithTimeout(t.Context(),14*time.Second); defer cancel()
 level:=slog.LevelWarn
 if os.Getenv("ZZ")=="log" { level=slog.LevelInfo }
 f,_:=os.Create("/tmp/pg/zz.log")
 a.Serve(ctx,web.ServeOptions{Addr:"127.0.0.1:9395",Logger:slog.New(slog.NewTextHandler(f,&slog.HandlerOptions{Level:level}))},nil)
}
